import Foundation

/// What the user is told besides results. A line that cannot be written is lost: a full log or a
/// closed terminal never stops a run.
enum StandardError {
  static func say(_ line: String) { write(line + "\n") }

  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
