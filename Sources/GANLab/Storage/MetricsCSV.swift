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
  /// - Throws: ``StorageError`` where the file is there already or cannot be written.
  public init(path: String, initialization: String, seed: UInt64) throws(StorageError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else { throw StorageError(path, "cannot be created") }
    self.path = path
    self.initialization = initialization
    self.seed = seed
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try write(Self.header)
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
