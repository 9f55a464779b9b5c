import Foundation

/// The version that runs and checkpoints say they were made with.
public let ganTrainVersion = "0.1.0"

/// `config.json`: everything that decides a run's outcome, and where its data was.
public struct RunConfig: Codable, Equatable, Sendable {
  public var programVersion = ganTrainVersion
  public var experiment: Configuration
  public var dataPath: String
  public var data: DataDescription
  public var machine: MachineDescription
  public var checkpointEvery: Int
  public var sampleEvery: Int

  public init(
    experiment: Configuration, dataPath: String, data: DataDescription, checkpointEvery: Int,
    sampleEvery: Int
  ) {
    self.experiment = experiment
    self.dataPath = dataPath
    self.data = data
    self.checkpointEvery = checkpointEvery
    self.sampleEvery = sampleEvery
    machine = .current()
  }

  /// - Throws: ``StorageError`` where the file cannot be read or is not as expected.
  public init(path: String) throws(StorageError) {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw StorageError(path, "cannot be read")
    }
    do { self = try JSON.decodePretty(RunConfig.self, from: bytes) } catch {
      throw StorageError("\(path): not as gan-train writes it: \(error).")
    }
  }

  public func write(to path: String) throws(StorageError) { try writePretty(self, to: path) }
}

/// `summary.json`, a finished run's last file.
public struct RunSummary: Codable, Equatable, Sendable {
  public var programVersion = ganTrainVersion
  public var epochs: Int
  public var steps: Int
  /// The last record's.
  public var discriminatorLoss: Double?
  public var generatorLoss: Double?
  public var discriminatorAccuracy: Double?
  public var generatorAccuracy: Double?

  /// - Parameter last: the last epoch's record; nil where a resumed run had nothing left to do.
  public init(_ experiment: Experiment, last: EpochRecord?) {
    epochs = experiment.position.epochs
    steps = experiment.step
    discriminatorLoss = last?.statistics.discriminatorLoss
    generatorLoss = last?.statistics.generatorLoss
    discriminatorAccuracy = last?.statistics.discriminatorAccuracy
    generatorAccuracy = last?.statistics.generatorAccuracy
  }

  public func write(to path: String) throws(StorageError) { try writePretty(self, to: path) }
}

private func writePretty(_ value: some Encodable, to path: String) throws(StorageError) {
  guard let bytes = try? JSON.pretty(value) else {
    throw StorageError("\(path): cannot be written as JSON.")
  }
  try AtomicFile.write(bytes, to: path)
}
