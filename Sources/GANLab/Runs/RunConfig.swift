import Foundation

/// `config.json`: everything that decides a run's outcome, and where its data was.
package struct RunConfig: Codable, Equatable, Sendable {
  package var programVersion: String
  package var formatVersion: Int
  package let kind: RunKind
  /// Nil for a run of an earlier version.
  package let began: RunOrigin?
  /// The ``TrainingConfiguration`` of this kind, complete.
  package private(set) var experiment: JSONValue
  package let dataPath: String
  package let data: DataDescription
  package let machine: MachineDescription
  package var checkpointEvery: Int
  package var sampleEvery: Int
  package var layersEvery: Int
  package var evaluateEvery: Int
  package var logEvery: Int

  package init(
    kind: RunKind, experiment: some TrainingConfiguration, dataPath: String, data: DataDescription,
    schedule: RunSchedule = RunSchedule(), began: RunOrigin? = nil
  ) throws(StorageError) {
    self.began = began
    programVersion = GANLab.programVersion
    formatVersion = runFormatVersion
    self.kind = kind
    self.experiment = try Self.tree(experiment)
    self.dataPath = dataPath
    self.data = data
    checkpointEvery = schedule.checkpointEvery
    sampleEvery = schedule.sampleEvery
    layersEvery = schedule.layersEvery
    evaluateEvery = schedule.evaluateEvery
    logEvery = schedule.logEvery
    machine = .current()
  }

  /// Reads the file, and completes an older version's by today's defaults.
  ///
  /// - Throws: ``StorageError`` where the file cannot be read or is not as expected.
  package init(path: String) throws(StorageError) {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw StorageError(path, .cannotBeRead)
    }
    do {
      let head = try JSON.decode(Head.self, from: [UInt8](bytes), defaults: Head())
      guard head.formatVersion <= runFormatVersion else {
        throw StorageError.newerFormat(path, head.formatVersion, head.programVersion)
      }
      self = try JSON.decode(
        RunConfig.self, from: [UInt8](bytes), defaults: head.kind.configDefaults)
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError("\(path): not as gan-train writes it: \(error).")
    }
  }

  /// What says how the rest is to be read.
  private struct Head: Codable {
    var formatVersion = 1
    var programVersion = "an unknown version"
    var kind = RunKind.gan
  }

  /// The configuration in its own type.
  package func configuration<Configuration: TrainingConfiguration>(
    _ type: Configuration.Type = Configuration.self
  ) throws(StorageError) -> Configuration {
    do { return try experiment.decode(type) } catch {
      throw StorageError("the run's options are not as gan-train writes them: \(error).")
    }
  }

  /// What tables call its initialisation; empty where the options are damaged.
  var initializationLabel: String {
    func label<Configuration: TrainingConfiguration>(_ type: Configuration.Type) -> String {
      (try? configuration(type).initializationLabel) ?? ""
    }
    return switch kind {
    case .gan: label(GANConfiguration.self)
    case .classifier: label(ClassifierConfiguration.self)
    }
  }

  mutating func setExperiment(_ configuration: some TrainingConfiguration) throws(StorageError) {
    experiment = try Self.tree(configuration)
    formatVersion = runFormatVersion
    programVersion = GANLab.programVersion
  }

  private static func tree(_ configuration: some TrainingConfiguration) throws(StorageError)
    -> JSONValue
  {
    do { return try JSONValue(configuration) } catch {
      throw StorageError("the run's options do not fit into JSON: \(error).")
    }
  }

  package func write(to path: String) throws(StorageError) { try writeJSON(self, to: path) }
}

extension RunKind {
  /// What an older config.json lacks.
  fileprivate var configDefaults: JSONValue {
    get throws {
      switch self {
      case .gan: try JSONValue(Defaults(kind: self, experiment: GANConfiguration()))
      case .classifier: try JSONValue(Defaults(kind: self, experiment: ClassifierConfiguration()))
      }
    }
  }

  /// The columns of metrics.csv that are a run's results, and whether comparisons in words show them.
  package var metrics: [(column: String, isCompared: Bool)] {
    func list<Statistics>(_ metrics: [Metric<Statistics>]) -> [(String, Bool)] {
      metrics.map { ($0.column, $0.isCompared) }
    }
    return switch self {
    case .gan: list(GANStatistics.metrics)
    case .classifier: list(ClassifierStatistics.metrics)
    }
  }

  private struct Defaults<Configuration: TrainingConfiguration>: Encodable {
    let formatVersion = 1
    let kind: RunKind
    let experiment: Configuration
    let layersEvery = RunSchedule().layersEvery
    let evaluateEvery = RunSchedule().evaluateEvery
    let logEvery = RunSchedule().logEvery
  }
}

/// Writes a value as a file of JSON.
func writeJSON(_ value: some Encodable, to path: String) throws(StorageError) {
  guard let bytes = try? JSON.pretty(value) else {
    throw StorageError("\(path): cannot be written as JSON.")
  }
  try AtomicFile.write(bytes, to: path)
}
