import Foundation

/// Comma-separated values (RFC 4180): the first row names the columns, and a field with a comma, a
/// quote or a line break is quoted.
package struct CSV: Sendable, Equatable {
  package let header: [String]
  package private(set) var rows: [[String]] = []

  package init(header: [String]) { self.header = header }

  /// Adds a row.
  ///
  /// - Precondition: it has a field a column.
  package mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "\(row.count) fields in \(header.count) columns")
    rows.append(row)
  }

  // MARK: Text

  /// The shortest decimal number that reads back as `value`; "nan" or "inf" for what is not finite.
  package static func number(_ value: Double) -> String { "\(value)" }

  /// ``number(_:)``, or an empty field.
  package static func number(_ value: Double?) -> String { value.map { number($0) } ?? "" }

  /// One row, ending in a newline.
  static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    // Bytes, because a carriage return and a newline together are one character.
    let isPlain = !field.utf8.contains { [0x2C, 0x22, 0x0A, 0x0D].contains($0) }
    return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  package var text: String { Self.line(header) + rows.map(Self.line).joined() }

  // MARK: Files

  /// Writes the table as a whole.
  ///
  /// - Throws: ``StorageError``.
  package func write(to path: String) throws(StorageError) {
    try AtomicFile.write(Array(text.utf8), to: path)
  }

  /// Reads a table.
  ///
  /// - Parameter allowsPartialRow: leaves out a last row without a newline, which a killed program
  ///   may leave behind.
  /// - Throws: ``StorageError`` where there is none, or a row has more or fewer fields than the header.
  package init(path: String, allowsPartialRow: Bool = false) throws(StorageError) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw StorageError(path, .cannotBeRead)
    }
    var rows = Self.rows(of: text)
    if allowsPartialRow && !text.utf8.isEmpty && text.utf8.last != UInt8(ascii: "\n") {
      rows.removeLast()
    }
    guard let header = rows.first, !header.isEmpty else {
      throw StorageError("\(path): empty, expected a row with the names of columns.")
    }
    for (index, row) in rows.enumerated() where row.count != header.count {
      throw StorageError("\(path): \(row.count) fields in row \(index), expected \(header.count).")
    }
    self.header = header
    self.rows = Array(rows.dropFirst())
  }

  private static func rows(of text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var closedJustNow = false
    func finishField() {
      row.append(String(decoding: field, as: UTF8.self))
      field = []
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""):
        // Two quotes in a quoted field stand for one: the first seems to close it.
        if closedJustNow { field.append(byte) }
        closedJustNow = isQuoted
        isQuoted.toggle()
        continue
      case UInt8(ascii: ",") where !isQuoted: finishField()
      case UInt8(ascii: "\n") where !isQuoted:
        if row.isEmpty && field.isEmpty { break }
        finishField()
        rows.append(row)
        row = []
      case UInt8(ascii: "\r") where !isQuoted: break
      default: field.append(byte)
      }
      closedJustNow = false
    }
    if !(row.isEmpty && field.isEmpty) {
      finishField()
      rows.append(row)
    }
    return rows
  }

  // MARK: Columns

  /// The fields of column `name`, one a row; nil where there is no such column.
  package func column(_ name: String) -> [String]? {
    header.firstIndex(of: name).map { index in rows.map { $0[index] } }
  }
}
