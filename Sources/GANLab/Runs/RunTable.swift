import Foundation

/// A table that grows while a run trains: plain numbers with a decimal point, no spaces, and in front of
/// each row the run's `init` and `seed`, so that files of several runs of one kind put together are one
/// tidy table.
final class RunTable {
  private let path: String
  private let file: FileHandle
  /// The fields that each row begins with.
  private let identity: [String]
  private let columnCount: Int
  /// Rows that are not in the file yet.
  private var waiting = Data()

  /// - Parameter columns: without `init` and `seed`.
  /// - Parameter kept: a column of whole numbers, and up to which of them the rows of an earlier part of
  ///   the run stay; later ones, and a last one that was not finished, are dropped. Columns that an older
  ///   version did not have are empty. Nil for a run that begins anew: what is there is replaced.
  /// - Throws: ``StorageError`` where it cannot be written, or what is there cannot be read.
  init(
    path: String, _ configuration: some TrainingConfiguration, columns: [String],
    keeping kept: (column: String, upTo: Int)?
  ) throws(StorageError) {
    self.path = path
    identity = [configuration.initializationLabel, "\(configuration.seed)"]
    let header = ["init", "seed"] + columns
    columnCount = header.count
    var table = CSV(header: header)
    if let kept, FileManager.default.fileExists(atPath: path) {
      let found = try CSV(path: path, allowsPartialRow: true)
      let places = header.map { found.header.firstIndex(of: $0) }
      guard let key = found.header.firstIndex(of: kept.column) else {
        throw StorageError("\(path): no column \(kept.column).")
      }
      for row in found.rows where (Int(row[key]) ?? .max) <= kept.upTo {
        table.append(places.map { $0.map { row[$0] } ?? "" })
      }
    }
    try table.write(to: path)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(path, .cannotBeWritten) }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Adds a row, which ``flush()`` brings into the file.
  ///
  /// - Parameter fields: without `init` and `seed`.
  /// - Precondition: there is one a column.
  func append(_ fields: [String]) {
    let row = identity + fields
    precondition(row.count == columnCount, "\(row.count) fields in \(columnCount) columns")
    waiting.append(contentsOf: CSV.line(row).utf8)
  }

  /// - Throws: ``StorageError``.
  func flush() throws(StorageError) {
    if waiting.isEmpty { return }
    do { try file.write(contentsOf: waiting) } catch {
      throw StorageError(path, .cannotBeWritten)
    }
    waiting = Data()
  }

  /// Brings all rows to the disk.
  ///
  /// - Throws: ``StorageError``.
  func synchronize() throws(StorageError) {
    try flush()
    guard fsync(file.fileDescriptor) == 0 else { throw StorageError(path, .cannotBeWritten) }
  }
}
