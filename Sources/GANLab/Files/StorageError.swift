import Foundation

/// A file or directory of a run that could not be made, written, or read as what it should be.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  /// - Parameter failure: what failed; the system's reason (`errno`) is added.
  init(_ path: String, _ failure: String) {
    description = "\(path): \(failure): \(String(cString: strerror(errno)))."
  }

  init(_ description: String) { self.description = description }
}
