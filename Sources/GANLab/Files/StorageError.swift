import Foundation

/// A file or directory that could not be made, written, or read as what it should be.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  /// Whether something could not be written; else it could not be read, or was not as expected.
  package let isOutput: Bool

  /// What the system refused.
  package enum Refusal: String {
    case cannotBeRead = "cannot be read"
    case cannotBeWritten = "cannot be written"
    case cannotBeCreated = "cannot be created"
  }

  /// The system's reason (`errno`) is added.
  package init(_ path: String, _ refusal: Refusal) {
    description = "\(path): \(refusal.rawValue): \(String(cString: strerror(errno)))."
    isOutput = refusal != .cannotBeRead
  }

  package init(_ description: String, isOutput: Bool = false) {
    self.description = description
    self.isOutput = isOutput
  }

  /// A file in a format that came after this version of the program.
  static func newerFormat(_ path: String, _ version: Int, _ program: String) -> StorageError {
    StorageError(
      "\(path): format version \(version), written by gan-train \(program); a newer version of the "
        + "program is needed to read it.")
  }
}
