import ArgumentParser
import Foundation

/// A path that an option takes.
enum Path {
  /// - Throws: a `ValidationError` for an empty one.
  static func parse(_ text: String) throws -> String {
    if text.isEmpty { throw ValidationError("expected a path, found nothing") }
    return text
  }

  /// The whole path, for what must hold in other working directories.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
