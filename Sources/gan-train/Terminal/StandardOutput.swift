import Foundation

/// Results. One that cannot be written is a failure.
enum StandardOutput {
  /// - Throws: ``OutputError``.
  static func print(_ lines: String...) throws { try print(lines) }

  /// - Throws: ``OutputError``.
  static func print(_ lines: [String]) throws {
    let text = lines.map { $0 + "\n" }.joined()
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw OutputError(reason: errno)
    }
  }
}

/// Standard output that takes no more.
struct OutputError: Error, CustomStringConvertible {
  /// The system's error number.
  let reason: Int32

  var description: String {
    "standard output: cannot be written: \(String(cString: strerror(reason)))."
  }
}
