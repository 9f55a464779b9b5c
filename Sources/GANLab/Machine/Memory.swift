import Foundation

/// This machine's memory.
package enum Memory {
  /// The bytes that can be used without swapping; nil where the system does not say.
  package static func available() -> Int? {
    let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }

  /// - Parameter bytes: what is about to be used.
  /// - Throws: ``MemoryError`` where there is less.
  package static func check(_ bytes: Int) throws(MemoryError) {
    if let available = available(), bytes > available {
      throw MemoryError(needed: bytes, available: available)
    }
  }
}

/// Networks or batches that this machine cannot hold.
package struct MemoryError: Error, Equatable, CustomStringConvertible {
  package let needed: Int
  package let available: Int

  package var description: String {
    func text(_ bytes: Int) -> String { String(format: "%.1f GB", Double(bytes) / 1e9) }
    return "networks and batches of this size would take \(text(needed)) of memory; "
      + "\(text(available)) are available."
  }
}
