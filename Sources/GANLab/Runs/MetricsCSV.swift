import Foundation

/// `metrics.csv`: one row an epoch, plain numbers with a decimal point, no spaces.
///
/// Files of several runs of one kind put together are one tidy table.
struct MetricsCSV<Statistics: StepStatistics> {
  static var header: [String] {
    ["init", "seed", "epoch", "step"] + Statistics.metrics.map(\.column)
      + ["seconds", "images_per_second"]
  }

  let path: String
  private let file: FileHandle
  private let initialization: String
  private let seed: UInt64

  /// Begins a table. A killed run may have left one without rows: that is replaced.
  ///
  /// - Parameter initialization: what the column `init` says.
  /// - Throws: ``StorageError`` where it cannot be written.
  init(path: String, initialization: String, seed: UInt64) throws(StorageError) {
    try self.init(CSV(header: Self.header), path, initialization, seed)
  }

  /// Opens the table of a run that goes on: rows after epoch `epochs`, and a last one that was not
  /// finished, are dropped. Columns that an older version did not have are empty.
  ///
  /// - Throws: ``StorageError`` where the rows before are not all there.
  init(
    resuming path: String, epochs: Int, initialization: String, seed: UInt64
  ) throws(StorageError) {
    let found = try CSV(path: path, allowsPartialRow: true)
    guard
      found.column("epoch")?.prefix(epochs).elementsEqual(
        (1...max(1, epochs)).map(String.init).prefix(epochs)) == true
    else {
      throw StorageError("\(path): expected a row for each of \(epochs) epochs.")
    }
    var table = CSV(header: Self.header)
    let columns = Self.header.map { found.column($0) }
    for row in 0..<epochs { table.append(columns.map { $0?[row] ?? "" }) }
    try self.init(table, path, initialization, seed)
  }

  private init(
    _ table: CSV, _ path: String, _ initialization: String, _ seed: UInt64
  ) throws(StorageError) {
    try table.write(to: path)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(path, .cannotBeWritten) }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    self.path = path
    self.initialization = initialization
    self.seed = seed
  }

  /// Writes the row of `record`; it is in the file when this returns.
  ///
  /// - Throws: ``StorageError``.
  func append(_ record: EpochRecord<Statistics>) throws(StorageError) {
    let metrics = Statistics.metrics.map { record.statistics[keyPath: $0.path] }
    let numbers = (metrics + [record.seconds, record.imagesPerSecond]).map { CSV.number($0) }
    let fields = [initialization, "\(seed)", "\(record.epoch)", "\(record.step)"] + numbers
    do {
      try file.write(contentsOf: Data(CSV.line(fields).utf8))
    } catch {
      throw StorageError(path, .cannotBeWritten)
    }
  }

  /// Brings what was written to the disk.
  ///
  /// - Throws: ``StorageError``.
  func synchronize() throws(StorageError) {
    guard fsync(file.fileDescriptor) == 0 else { throw StorageError(path, .cannotBeWritten) }
  }
}
