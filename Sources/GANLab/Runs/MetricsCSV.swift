import Foundation

/// `metrics.csv`: one dense row an epoch, plain numbers with a decimal point, no spaces.
///
/// Files of several runs put together are one tidy table. New columns go to the end.
public struct MetricsCSV {
  public static let header =
    "init,seed,epoch,step,d_loss_real,d_loss_fake,d_loss,g_loss,d_accuracy_real,d_accuracy_fake,"
    + "d_accuracy,g_accuracy,seconds,images_per_second"

  public let path: String
  private let file: FileHandle
  private let initialization: String
  private let seed: UInt64

  /// Creates the file and writes the header.
  ///
  /// - Parameter initialization: what the column `init` says.
  /// - Parameter overwrite: whether a file may be there already.
  /// - Throws: ``StorageError`` where the file is there already or cannot be written.
  public init(
    path: String, initialization: String, seed: UInt64, overwrite: Bool = false
  ) throws(StorageError) {
    let ifThere = overwrite ? O_TRUNC : O_EXCL
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | ifThere, 0o666)
    guard descriptor >= 0 else { throw StorageError(path, "cannot be created") }
    self.path = path
    self.initialization = initialization
    self.seed = seed
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try write(Self.header)
  }

  /// Opens the file of a run that goes on: rows after epoch `epochs`, and a last one that was not
  /// finished, are dropped.
  ///
  /// - Throws: ``StorageError`` where the rows before are not all there.
  public init(
    resuming path: String, epochs: Int, initialization: String, seed: UInt64
  ) throws(StorageError) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw StorageError(path, "cannot be read")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let kept = lines.prefix(1 + epochs)
    guard kept.first.map(String.init) == Self.header, kept.count == 1 + epochs,
      kept.dropFirst().enumerated().allSatisfy({ index, line in
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        return fields.count == 14 && fields[2] == "\(index + 1)"
      })
    else {
      throw StorageError("\(path): expected the header and a row for each of \(epochs) epochs.")
    }
    try AtomicFile.write(Array((kept.joined(separator: "\n") + "\n").utf8), to: path)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(path, "cannot be written") }
    self.path = path
    self.initialization = initialization
    self.seed = seed
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Brings what was written to the disk.
  ///
  /// - Throws: ``StorageError``.
  public func synchronize() throws(StorageError) {
    guard fsync(file.fileDescriptor) == 0 else { throw StorageError(path, "cannot be written") }
  }

  /// Writes the row of `record`; it is in the file when this returns.
  ///
  /// - Throws: ``StorageError``.
  public func append(_ record: EpochRecord) throws(StorageError) {
    let statistics = record.statistics
    let losses = [
      statistics.discriminatorLossReal, statistics.discriminatorLossFake,
      statistics.discriminatorLoss, statistics.generatorLoss,
    ]
    let accuracies = [
      statistics.discriminatorAccuracyReal, statistics.discriminatorAccuracyFake,
      statistics.discriminatorAccuracy, statistics.generatorAccuracy,
    ]
    let fields =
      [initialization, "\(seed)", "\(record.epoch)", "\(record.step)"]
      + (losses + accuracies).map { Self.number($0, decimals: 6) }
      + [
        Self.number(record.seconds, decimals: 3), Self.number(record.imagesPerSecond, decimals: 1),
      ]
    try write(fields.joined(separator: ","))
  }

  /// A number in the C locale, whatever the user's is.
  static func number(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }

  private func write(_ line: String) throws(StorageError) {
    do {
      try file.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      throw StorageError(path, "cannot be written")
    }
  }
}
