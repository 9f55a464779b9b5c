import ArgumentParser
import Foundation

/// A path that an option takes.
enum Path {
  /// - Throws: a `ValidationError` for an empty one.
  static func parse(_ text: String) throws -> String {
    if text.isEmpty { throw ValidationError("expected a path, found nothing") }
    return text
  }

  /// `name` below the working directory, or below a directory that holds the program: a build in
  /// a checkout finds what the checkout has from anywhere.
  static func find(_ name: String, where exists: (String) -> Bool) -> String? {
    if exists(name) { return name }
    var directory = Bundle.main.bundleURL.resolvingSymlinksInPath()
    while directory.pathComponents.count > 1 {
      let candidate = directory.appendingPathComponent(name).path
      if exists(candidate) { return candidate }
      directory.deleteLastPathComponent()
    }
    return nil
  }

  /// The whole path, for what must hold in other working directories.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
