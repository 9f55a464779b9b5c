import Foundation

/// The life of a run: it begins or goes on in a directory, trains, and leaves behind what one can go on
/// from and what one can look at.
package final class TrainingRun<Model: Trainable> {
  package let experiment: Experiment<Model>
  package let directory: RunDirectory
  /// What the user ought to know of how it began, a line each.
  package let notices: [String]
  private let config: RunConfig

  // MARK: Beginning

  /// Begins a run in a directory without one.
  ///
  /// - Parameter makeDirectory: called once everything else is known to be right.
  /// - Throws: ``RunError``, ``StorageError``.
  package init(
    _ configuration: Model.Configuration, dataset: ImageDataset, dataPath: String,
    schedule: RunSchedule, in makeDirectory: () throws -> RunDirectory
  ) throws {
    guard configuration.batchSize <= dataset.count else {
      throw RunError.tooFewImages(batchSize: configuration.batchSize, images: dataset.count)
    }
    try Memory.check(Model.memory(configuration, for: dataset.dimensions))
    experiment = Experiment(configuration, dataset: dataset)
    directory = try makeDirectory()
    notices = []
    config = try RunConfig(
      kind: Model.kind, experiment: configuration, dataPath: dataPath,
      data: experiment.dataDescription, checkpointEvery: schedule.checkpointEvery,
      sampleEvery: schedule.sampleEvery)
  }

  // MARK: Going on

  /// Goes on with a run from its latest sound checkpoint, or from the beginning without one. A
  /// checkpoint is enough: config.json is written again where it is missing.
  ///
  /// - Parameter readDataset: gets the path of the run's data, nil where it is not known.
  /// - Throws: ``RunError``, ``StorageError``, and what `readDataset` throws.
  package init(
    resuming directory: RunDirectory, _ changes: RunChanges,
    readDataset: (_ path: String?) throws -> (ImageDataset, path: String)
  ) throws {
    let (checkpoint, damages) = try Self.latestCheckpoint(in: directory)
    let hasConfig = FileManager.default.fileExists(atPath: directory.configPath)
    let written = hasConfig ? try RunConfig(path: directory.configPath) : nil
    guard
      var configuration = try checkpoint?.configuration
        ?? written?.configuration(Model.Configuration.self),
      let expected = checkpoint?.data ?? written?.data
    else { throw RunError.notARun(directory.path) }
    if let epochs = changes.epochs {
      guard epochs >= configuration.epochs else {
        throw RunError.fewerEpochs(asked: epochs, configured: configuration.epochs)
      }
      configuration.epochs = epochs
    }
    configuration.maximumSteps = changes.maximumSteps

    let (dataset, dataPath) = try readDataset(written?.dataPath)
    let found = dataset.makeDescription()
    guard found == expected else { throw RunError.otherImages(found: found, expected: expected) }
    experiment = Experiment(configuration, dataset: dataset)
    try checkpoint?.restore(experiment)
    self.directory = directory
    notices =
      damages + (written.map { Self.notice($0.machine) } ?? [])
      + ["going on after step \(experiment.step), epoch \(experiment.position.epochs)"]
    let schedule = RunSchedule()
    var config =
      try written
      ?? RunConfig(
        kind: Model.kind, experiment: configuration, dataPath: dataPath, data: found,
        checkpointEvery: schedule.checkpointEvery, sampleEvery: schedule.sampleEvery)
    try config.setExperiment(configuration)
    config.checkpointEvery = changes.checkpointEvery ?? config.checkpointEvery
    config.sampleEvery = changes.sampleEvery ?? config.sampleEvery
    self.config = config
  }

  /// The latest checkpoint that can be read, and what is wrong with those after it.
  private static func latestCheckpoint(
    in directory: RunDirectory
  ) throws(StorageError) -> (Checkpoint<Model>?, damages: [String]) {
    var damages: [String] = []
    let paths = directory.checkpoints
    for path in paths {
      do throws(StorageError) {
        return (try Checkpoint(path: path), damages)
      } catch {
        // Without another the run would begin anew, which is for the user to decide.
        if path == paths.last { throw error }
        damages.append("\(error) Taking the checkpoint before it.")
      }
    }
    return (nil, damages)
  }

  private static func notice(_ machine: MachineDescription) -> [String] {
    if machine == .current() { return [] }
    return [
      "the run began on \(machine.processor) with \(machine.kernel) kernels; "
        + "elsewhere it goes on with other roundings"
    ]
  }

  /// Makes sure that the run at `path` is of the experiment that `configuration` describes; it may be
  /// for another number of epochs or steps.
  ///
  /// - Throws: ``RunError/otherOptions(_:_:)``, ``StorageError``.
  package static func checkRun(at path: String, isOf configuration: Model.Configuration) throws {
    var wanted = configuration
    let found = try configurationOfRun(at: path)
    wanted.epochs = found.epochs
    wanted.maximumSteps = found.maximumSteps
    let names = try JSONValue(wanted).keysDiffering(from: JSONValue(found))
    if !names.isEmpty { throw RunError.otherOptions(path, names) }
  }

  private static func configurationOfRun(at path: String) throws -> Model.Configuration {
    let config = RunDirectory.configPath(ofRun: path)
    if FileManager.default.fileExists(atPath: config) {
      return try RunConfig(path: config).configuration()
    }
    guard let checkpoint = RunDirectory.checkpoints(ofRun: path).first else {
      throw RunError.notARun(path)
    }
    return try Checkpoint<Model>(path: checkpoint).configuration
  }

  // MARK: Training

  /// Whether all epochs were run, and their records written.
  package var isFinished: Bool { experiment.hasAllEpochs && directory.isFinished }

  /// Trains to the end, or until `shouldStop`; what was done is then saved.
  ///
  /// - Parameter afterStep: called with each step's losses.
  /// - Parameter afterEpoch: called with each epoch's record, once its row is written.
  /// - Parameter shouldStop: asked after each step.
  /// - Returns: whether it came to the end, or to the last step that it may do.
  /// - Throws: ``TrainingError``, ``RunError/stopped(_:run:checkpoint:)``.
  package func train(
    afterStep: (Model.Statistics) -> Void = { _ in },
    afterEpoch: (EpochRecord<Model.Statistics>) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    if isFinished { return true }
    do {
      return try trainAndWrite(afterStep, afterEpoch, shouldStop)
    } catch let error as StorageError {
      throw RunError.stopped(
        error, run: directory.path, checkpoint: directory.checkpoints.first)
    }
  }

  private func trainAndWrite(
    _ afterStep: (Model.Statistics) -> Void,
    _ afterEpoch: (EpochRecord<Model.Statistics>) -> Void, _ shouldStop: () -> Bool
  ) throws -> Bool {
    unlink(directory.summaryPath)
    try config.write(to: directory.configPath)
    let metrics = try openMetrics()
    if experiment.step == 0 { try writeSamples() }
    var last: EpochRecord<Model.Statistics>?
    while !experiment.isFinished && !shouldStop() {
      let record = try experiment.trainEpoch { statistics in
        afterStep(statistics)
        return !shouldStop()
      }
      guard let record else { break }
      last = record
      try metrics.append(record)
      afterEpoch(record)
      if experiment.isFinished { break }
      if experiment.position.epochs % config.sampleEvery == 0 { try writeSamples() }
      if experiment.position.epochs % config.checkpointEvery == 0 { try writeCheckpoint(metrics) }
    }
    try writeCheckpoint(metrics)
    guard experiment.isFinished else { return false }
    try writeSamples()
    // It stands for a finished run: one that stopped at a limit of steps is not.
    if experiment.hasAllEpochs {
      try RunSummary(experiment, last: last).write(to: directory.summaryPath)
    }
    return true
  }

  /// The table, with the rows of the epochs that were done.
  private func openMetrics() throws(StorageError) -> MetricsCSV<Model.Statistics> {
    let configuration = experiment.configuration
    let (label, seed) = (configuration.initializer.label, configuration.seed)
    let epochs = experiment.position.epochs
    // A run that was killed before its first row may have no table yet.
    return epochs == 0
      ? try MetricsCSV(path: directory.metricsPath, initialization: label, seed: seed)
      : try MetricsCSV(
        resuming: directory.metricsPath, epochs: epochs, initialization: label, seed: seed)
  }

  private func writeSamples() throws(StorageError) {
    guard let images = experiment.model.samples(count: Model.sampleCount) else { return }
    let data = experiment.dataDescription
    let position = experiment.position
    try SampleGrid(images, rows: data.rows, columns: data.columns, imagesPerRow: 8).write(
      to: directory.samplePath(
        epochs: position.epochs, stepsIntoEpoch: position.stepsIntoEpoch))
  }

  private func writeCheckpoint(_ metrics: MetricsCSV<Model.Statistics>) throws {
    try experiment.checkWeights()
    // A checkpoint stands for the rows before it, so they reach the disk first.
    try metrics.synchronize()
    try Checkpoint.write(experiment, to: directory.checkpointPath(step: experiment.step))
    directory.pruneCheckpoints()
  }
}
