import Foundation

/// The life of a run: it begins or goes on in a directory, trains, and leaves behind what one can go on
/// from and what one can look at.
package final class TrainingRun<Model: Trainable> {
  package let experiment: Experiment<Model>
  package let directory: RunDirectory
  /// What the user ought to know of how it began, a line each.
  package let notices: [String]
  private let config: RunConfig
  /// Judges the images that are drawn; nil where none are to be judged.
  package var judge: ImageJudge?
  /// At each network before training; none of a run that goes on.
  package private(set) lazy var initialLooks = experiment.step == 0 ? experiment.look() : []

  // MARK: Beginning

  /// Begins a run in a directory without one.
  ///
  /// - Parameter began: for the run's records.
  /// - Parameter makeDirectory: called once everything else is known to be right.
  /// - Throws: ``RunError``, ``StorageError``.
  package init(
    _ configuration: Model.Configuration, data: TrainingData, dataPath: String,
    schedule: RunSchedule, began: RunOrigin, in makeDirectory: () throws -> RunDirectory
  ) throws {
    try Model.check(configuration, for: data.dimensions)
    experiment = try Experiment(configuration, data: data)
    directory = try makeDirectory()
    notices = []
    config = try RunConfig(
      kind: Model.kind, experiment: configuration, dataPath: dataPath,
      data: experiment.dataDescription, schedule: schedule, began: began)
  }

  // MARK: Going on

  /// Goes on with a run from its latest sound checkpoint, or from the beginning without one. A
  /// checkpoint is enough: config.json is written again where it is missing.
  ///
  /// - Parameter readData: gets the path of the run's data, nil where it is not known.
  /// - Throws: ``RunError``, ``StorageError``, and what `readData` throws.
  package init(
    resuming directory: RunDirectory, _ changes: RunChanges,
    readData: (_ path: String?) throws -> (TrainingData, path: String)
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

    let (data, dataPath) = try readData(written?.dataPath)
    let found = data.makeDescription()
    guard found == expected else { throw RunError.otherImages(found: found, expected: expected) }
    experiment = try Experiment(configuration, data: data, initializes: checkpoint == nil)
    try checkpoint?.restore(experiment)
    self.directory = directory
    notices =
      damages + (written.map { Self.notice($0.machine) } ?? [])
      + ["going on after step \(experiment.step), epoch \(experiment.position.epochs)"]
    var config =
      try written
      ?? RunConfig(kind: Model.kind, experiment: configuration, dataPath: dataPath, data: found)
    try config.setExperiment(configuration)
    config.checkpointEvery = changes.checkpointEvery ?? config.checkpointEvery
    config.sampleEvery = changes.sampleEvery ?? config.sampleEvery
    config.layersEvery = changes.layersEvery ?? config.layersEvery
    config.evaluateEvery = changes.evaluateEvery ?? config.evaluateEvery
    config.logEvery = changes.logEvery ?? config.logEvery
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

  /// Where the images are that it is trained on.
  package var dataPath: String { config.dataPath }

  /// Whether images are to be judged now and then, for which a ``judge`` is needed.
  package var judgesImages: Bool {
    config.evaluateEvery > 0 && experiment.model.imageGenerator != nil
  }

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
    let tables = try RunTables(experiment, in: directory)
    let quality = try judge.map { _ in
      try RunTables<Model>.quality(experiment, in: directory)
    }
    if experiment.step == 0 {
      try writeSamples()
      try tables.append(initialLooks, of: experiment, epoch: 0)
      try VerdictCSV.write(initialLooks, experiment.configuration, to: directory.verdictPath)
      try judgeImages(quality, epoch: 0)
    }
    var last: EpochRecord<Model.Statistics>?
    while !experiment.isFinished && !shouldStop() {
      let record = try experiment.trainEpoch { statistics in
        afterStep(statistics)
        if experiment.step % config.logEvery == 0 {
          // The epoch that the step belongs to: the position is still within it.
          tables.append(
            experiment.takeLoggedMeans(), epoch: experiment.position.epochs + 1,
            step: experiment.step)
        }
        return !shouldStop()
      }
      guard let record else { break }
      last = record
      try tables.append(record)
      afterEpoch(record)
      if experiment.isFinished || record.epoch % config.layersEvery == 0 {
        try tables.append(experiment.look(), of: experiment, epoch: record.epoch)
      }
      if experiment.isFinished || record.epoch % max(1, config.evaluateEvery) == 0 {
        try judgeImages(quality, epoch: record.epoch)
      }
      if experiment.isFinished { break }
      if experiment.position.epochs % config.sampleEvery == 0 { try writeSamples() }
      if experiment.position.epochs % config.checkpointEvery == 0 { try writeCheckpoint(tables) }
    }
    try writeCheckpoint(tables)
    guard experiment.isFinished else { return false }
    try writeSamples()
    // It stands for a finished run: one that stopped at a limit of steps is not.
    if experiment.hasAllEpochs {
      try RunSummary(experiment, last: last).write(to: directory.summaryPath)
    }
    return true
  }

  /// Adds a row to quality.csv, if there is to be one.
  private func judgeImages(_ table: RunTable?, epoch: Int) throws {
    guard let judge, let table, let generator = experiment.model.imageGenerator else { return }
    let noiseSeed: UInt64 = 0
    let quality = try judge.quality(of: generator, noiseSeed: noiseSeed)
    table.append(
      ["\(epoch)", "\(experiment.step)"]
        + QualityCSV.fields(quality, judge, noiseSeed: noiseSeed))
    try table.synchronize()
  }

  private func writeSamples() throws(StorageError) {
    guard let images = experiment.model.samples(count: Model.sampleCount) else { return }
    let data = experiment.dataDescription
    let position = experiment.position
    try SampleGrid(images, rows: data.rows, columns: data.columns, imagesPerRow: 8).write(
      to: directory.samplePath(
        epochs: position.epochs, stepsIntoEpoch: position.stepsIntoEpoch))
  }

  private func writeCheckpoint(_ tables: RunTables<Model>) throws {
    try experiment.checkWeights()
    // A checkpoint stands for the rows before it, so they reach the disk first.
    try tables.synchronize()
    try Checkpoint.write(experiment, to: directory.checkpointPath(step: experiment.step))
    directory.pruneCheckpoints()
  }
}
