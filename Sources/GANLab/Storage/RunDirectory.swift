import Foundation

/// A file or directory of a run that could not be made or written.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  /// - Parameter failure: what failed; the system's reason (`errno`) is added.
  init(_ path: String, _ failure: String) {
    description = "\(path): \(failure): \(String(cString: strerror(errno)))."
  }

  init(_ description: String) { self.description = description }
}

/// The directory that takes the files of one run; never one that has files already.
public struct RunDirectory: Sendable {
  public let path: String

  public var metricsPath: String { path + "/metrics.csv" }

  /// Makes the next of the numbered directories in `parent`, such as `runs/001-xavier-he-seed0`.
  ///
  /// - Throws: ``StorageError``.
  public init(nextIn parent: String, name: String) throws(StorageError) {
    try Self.makeDirectories(parent)
    var number = Self.highestNumber(in: parent)
    while true {
      number += 1
      let path = "\(parent)/\(Self.padded(number))-\(name)"
      if mkdir(path, 0o777) == 0 {
        self.path = path
        return
      }
      // Another run may have taken the name a moment ago.
      guard errno == EEXIST else { throw StorageError(path, "cannot be created") }
    }
  }

  /// Makes the directory at `path`, or takes it if it is there and empty.
  ///
  /// - Throws: ``StorageError``.
  public init(at path: String) throws(StorageError) {
    try Self.makeDirectories(path)
    if let files = try? FileManager.default.contentsOfDirectory(atPath: path), !files.isEmpty {
      throw StorageError(
        "\(path): has files already, expected an empty or a new directory. "
          + "Name another with --run-dir, or leave the option out.")
    }
    self.path = path
  }

  private static func makeDirectories(_ path: String) throws(StorageError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw StorageError("\(path): cannot be created as a directory: \(error.localizedDescription)")
    }
  }

  private static func highestNumber(in parent: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.compactMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }.max() ?? 0
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
