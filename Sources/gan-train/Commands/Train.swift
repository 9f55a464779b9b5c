import ArgumentParser
import Foundation
import GANLab

typealias Train = TrainCommand<GANOptions>
typealias Classify = TrainCommand<ClassifierOptions>

/// Trains a run of one kind.
struct TrainCommand<Options: RunOptions>: ParsableCommand {
  typealias Model = Options.Model

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Model.kind.command, abstract: abstract,
      discussion: """
        The run's directory gets config.json, metrics.csv, steps.csv, layers.csv, \
        \(Model.kind == .gan ? "samples/, " : "")checkpoints/ and, when the run is finished, \
        summary.json; it is printed at the end. Progress goes to standard error. A run that was \
        interrupted goes on with --resume.
        """)
  }

  private static var abstract: String {
    switch Model.kind {
    case .gan: "Train a GAN and write a row of losses and accuracies an epoch (the default)."
    case .classifier: "Train a classifier on the data set's labels, and test it after every epoch."
    }
  }

  @OptionGroup var options: Options

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "Files")
  var files: FileOptions

  @Flag(help: "Write nothing to standard error unless something fails.")
  var quiet = false

  func validate() throws {
    try files.checkResume(given: options.given)
    try options.training.checkOptimizer(otherwise: options.configuration.optimizer)
    try files.every.checkKind(Model.kind)
  }

  func run() throws {
    let begun = files.resume ?? (files.continues ? files.runDir : nil)
    KernelRestart.restartIfWorthwhile(
      recorded: begun.flatMap { try? RunConfig(path: RunDirectory.configPath(ofRun: $0)).machine },
      measures: true)
    let progress = Progress<Model>(isQuiet: quiet)
    let run = try makeRun(progress)
    if run.judgesImages && !run.isFinished {
      run.judge = try JudgeSource.make(
        dataPath: run.dataPath, threads: run.experiment.configuration.threads, progress.say)
    }
    if run.isFinished {
      progress.say(
        "\(run.directory.path) is finished, \(run.experiment.step) steps; more with --epochs")
    } else {
      try train(run, progress)
    }
    try StandardOutput.print(run.directory.path)
  }

  private func makeRun(_ progress: Progress<Model>) throws -> TrainingRun<Model> {
    if let path = files.resume { return try resume(path, progress) }
    if files.continues, let path = files.runDir, RunDirectory.holdsRun(path) {
      try TrainingRun<Model>.checkRun(at: path, isOf: options.configuration)
      return try resume(path, progress)
    }
    let configuration = options.configuration
    let source = try DataSource.choose(data.directory ?? options.earlier.config?.config.dataPath)
    let data = try source.read(isLabelled: Model.isLabelled, progress.say)
    return try TrainingRun(
      configuration, data: data, dataPath: source.absolutePath, schedule: files.every.schedule,
      began: RunOrigin(commandLine: CommandLine.arguments, revision: revision)
    ) {
      try files.runDir.map { try RunDirectory(at: $0, overwrite: files.overwrite) }
        ?? RunDirectory(nextIn: "runs", name: RunDirectory.name(configuration))
    }
  }

  private func resume(_ path: String, _ progress: Progress<Model>) throws -> TrainingRun<Model> {
    var changes = files.every.changes
    changes.epochs = options.training.epochs
    changes.maximumSteps = options.training.maxSteps
    let directory = try RunDirectory(existing: path) {
      progress.say("\(path): another gan-train is writing to this run; waiting for it to end")
    }
    let run = try TrainingRun<Model>(resuming: directory, changes) { path in
      let source = try DataSource.choose(data.directory ?? path)
      return (try source.read(isLabelled: Model.isLabelled, progress.say), source.absolutePath)
    }
    if !run.isFinished { run.notices.forEach(progress.say) }
    return run
  }

  /// - Throws: `ExitCode` where a signal ended training; `TrainingError`, `StorageError`.
  private func train(_ run: TrainingRun<Model>, _ progress: Progress<Model>) throws {
    defer { progress.clear() }
    Interruption.begin()
    progress.begin(run)
    let isFinished = try run.train(
      afterStep: { progress.update(run.experiment, $0) }, afterEpoch: progress.report,
      shouldStop: { Interruption.exitCode != nil })
    if isFinished { return progress.end(run) }
    progress.say(
      "stopped after step \(run.experiment.step) and saved; to go on: "
        + "\(Model.kind.resumeCommand) \(run.directory.path)")
    throw ExitCode(Interruption.exitCode ?? EXIT_FAILURE)
  }
}
