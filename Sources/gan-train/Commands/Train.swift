import ArgumentParser
import Foundation
import GANLab

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a GAN and write a row of losses and accuracies an epoch (the default).",
    discussion: """
      The run's directory gets config.json, metrics.csv, samples/, checkpoints/ and, when the run \
      is finished, summary.json; it is printed at the end. Progress goes to standard error. A run \
      that was interrupted goes on with --resume.
      """)

  @OptionGroup(title: "Initialisation")
  var initialization: InitializationOptions

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Seed and threads")
  var seeding: SeedOptions

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Files")
  var files: FileOptions

  @Flag(help: "Write nothing to standard error unless something fails.")
  var quiet = false

  func validate() throws {
    if files.resume != nil { try files.checkResume(CommandLine.arguments) }
  }

  func run() throws {
    KernelRestart.restartIfWorthwhile()
    if let path = files.resume {
      try resume(RunDirectory(existing: path))
    } else if files.continues, let path = files.runDir, RunDirectory.holdsRun(path) {
      let directory = try RunDirectory(existing: path)
      try checkSameExperiment(RunConfig(path: directory.configPath).experiment, in: path)
      try resume(directory)
    } else {
      try start()
    }
  }

  private func start() throws {
    let source = try DataSource.choose(data.directory)
    let dataset = try ImageDataset(directory: source.directory)
    try source.check(batchSize: training.batchSize, dataset)
    let configuration = configuration
    let progress = Progress(isQuiet: quiet)
    progress.say(source.description(of: dataset))
    progress.say(KernelRestart.notice)

    let experiment = Experiment(configuration, dataset: dataset)
    let directory = try makeRunDirectory(configuration)
    let config = RunConfig(
      experiment: configuration, dataPath: source.absolutePath, data: experiment.dataDescription,
      checkpointEvery: files.checkpointEvery ?? FileOptions.defaultCheckpointEvery,
      sampleEvery: files.sampleEvery ?? FileOptions.defaultSampleEvery)
    try config.write(to: directory.configPath)
    let metrics = try MetricsCSV(
      path: directory.metricsPath, initialization: configuration.initializer.label,
      seed: configuration.seed)
    try train(experiment, directory, metrics, progress, config)
  }

  /// Goes on with a run from its latest sound checkpoint, or from the beginning without one.
  private func resume(_ directory: RunDirectory) throws {
    let progress = Progress(isQuiet: quiet)
    var config = try RunConfig(path: directory.configPath)
    let checkpoint = try latestCheckpoint(directory, progress)
    var configuration = checkpoint?.configuration ?? config.experiment
    if let epochs = training.epochs {
      if epochs < configuration.epochs {
        throw ValidationError(
          "--epochs \(epochs): the run was for \(configuration.epochs), and can only grow.")
      }
      configuration.epochs = epochs
    }
    configuration.maximumSteps = training.maxSteps

    let source = try DataSource.choose(data.directory ?? config.dataPath)
    let dataset = try ImageDataset(directory: source.directory)
    let description = dataset.makeDescription()
    guard description == checkpoint?.data ?? config.data else {
      throw ValidationError(
        "\(source.directory): not the images that the run was trained on: \(dataset), SHA-256 "
          + "\(description.sha256.prefix(8))…, expected \(config.data.images) images, "
          + "\(config.data.sha256.prefix(8))…. --data names others.")
    }
    let experiment = Experiment(configuration, dataset: dataset)
    try checkpoint?.restore(experiment)
    if experiment.isFinished && FileManager.default.fileExists(atPath: directory.summaryPath) {
      progress.say("\(directory.path) is finished, \(experiment.step) steps; more with --epochs")
      print(directory.path)
      return
    }
    progress.say(source.description(of: dataset))
    progress.say(KernelRestart.notice)
    if config.machine != .current() {
      progress.say(
        "the run began on \(config.machine.processor) with \(config.machine.kernel) kernels; "
          + "elsewhere it goes on with other roundings")
    }
    progress.say("going on after step \(experiment.step), epoch \(experiment.position.epochs)")

    unlink(directory.summaryPath)
    config.experiment = configuration
    config.checkpointEvery = files.checkpointEvery ?? config.checkpointEvery
    config.sampleEvery = files.sampleEvery ?? config.sampleEvery
    try config.write(to: directory.configPath)
    let label = configuration.initializer.label
    // A run that was killed before its first row may have no table yet.
    let metrics =
      experiment.position.epochs == 0
      ? try MetricsCSV(
        path: directory.metricsPath, initialization: label, seed: configuration.seed,
        overwrite: true)
      : try MetricsCSV(
        resuming: directory.metricsPath, epochs: experiment.position.epochs, initialization: label,
        seed: configuration.seed)
    try train(experiment, directory, metrics, progress, config)
  }

  /// - Throws: a `ValidationError` where the run at `path` is of another experiment than the options say.
  private func checkSameExperiment(_ experiment: Configuration, in path: String) throws {
    var wanted = configuration
    wanted.epochs = experiment.epochs
    wanted.maximumSteps = experiment.maximumSteps
    if wanted != experiment {
      throw ValidationError(
        "\(path): has a run with other options; name another directory with --run-dir.")
    }
  }

  private func train(
    _ experiment: Experiment, _ directory: RunDirectory, _ metrics: MetricsCSV,
    _ progress: Progress, _ config: RunConfig
  ) throws {
    do {
      try TrainingRun(
        experiment: experiment, directory: directory, metrics: metrics, progress: progress,
        checkpointEvery: config.checkpointEvery, sampleEvery: config.sampleEvery
      ).run()
    } catch let error as StorageError {
      let saved = directory.checkpoints.first.map { "\($0) is intact; " } ?? ""
      throw StorageFailure(
        description: "\(error) \(saved)when that is mended: gan-train --resume \(directory.path)")
    }
    print(directory.path)
  }

  private struct StorageFailure: Error, CustomStringConvertible {
    let description: String
  }

  private func latestCheckpoint(
    _ directory: RunDirectory, _ progress: Progress
  ) throws -> Checkpoint? {
    let paths = directory.checkpoints
    for (index, path) in paths.enumerated() {
      do throws(StorageError) {
        return try Checkpoint(path: path)
      } catch {
        // Without another the run would begin anew, which is for the user to decide.
        if index + 1 == paths.count { throw error }
        progress.say("\(error) Taking the checkpoint before it.")
      }
    }
    return nil
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.initializer = initialization.initializer
    networks.apply(to: &configuration)
    training.apply(to: &configuration)
    seeding.apply(to: &configuration)
    return configuration
  }

  private func makeRunDirectory(_ configuration: Configuration) throws -> RunDirectory {
    if let path = files.runDir { return try RunDirectory(at: path, overwrite: files.overwrite) }
    let label = configuration.initializer.label.replacing(":", with: "-")
    return try RunDirectory(nextIn: "runs", name: "\(label)-seed\(configuration.seed)")
  }
}
