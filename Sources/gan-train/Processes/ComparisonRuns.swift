import Foundation
import GANLab

/// The runs of a comparison, as commands that train them.
struct ComparisonRuns {
  private let plan: ComparisonPlan
  /// How many train at a time; nil for as many as the cores allow.
  var jobs: Int?
  var isQuiet = false

  init(_ plan: ComparisonPlan) { self.plan = plan }

  func say(_ line: String) { if !isQuiet { StandardError.say(line) } }

  /// Makes sure that all can be trained in `directory`.
  ///
  /// - Throws: what keeps them from it.
  func check(in directory: String) throws {
    switch plan.kind {
    case .gan: try check(GAN.self, directory)
    case .classifier: try check(Classifier.self, directory)
    }
  }

  private func check<Model: Trainable>(_ model: Model.Type, _ directory: String) throws {
    try plan.check(
      model, TrainingData(directory: plan.dataPath, isLabelled: Model.isLabelled), in: directory)
  }

  /// Each run, by the command that trains it.
  func runs(in directory: String) throws -> [ProcessPool.Run] {
    try commands(in: directory).map(\.run)
  }

  /// Trains all of them.
  ///
  /// - Returns: those that failed.
  func train(in directory: String) throws -> [ProcessPool.Failure] {
    let commands = try commands(in: directory)
    let threads = commands.map(\.threads).max() ?? 1
    return try ProcessPool(
      commands.map(\.run), atOnce: jobs ?? max(1, CPU.usableThreads / threads),
      directory: directory, epochs: commands.map(\.epochs).max() ?? 1, isQuiet: isQuiet
    ).run()
  }

  private typealias Command = (run: ProcessPool.Run, threads: Int, epochs: Int)

  private func commands(in directory: String) throws -> [Command] {
    switch plan.kind {
    case .gan: try commands(GANOptions.self, directory)
    case .classifier: try commands(ClassifierOptions.self, directory)
    }
  }

  private func commands<Options: RunOptions>(
    _ options: Options.Type, _ directory: String
  ) throws -> [Command] {
    try plan.runs(Options.Configuration.self).map { run in
      let path = Path.absolute(directory) + "/" + run.name
      let arguments =
        [plan.kind.command, "--continue", "--run-dir", path, "--data", plan.dataPath]
        + Options.arguments(for: run.configuration) + ScheduleOptions.arguments(for: plan.schedule)
      return (
        ProcessPool.Run(name: run.name, directory: path, arguments: arguments),
        run.configuration.threads, run.configuration.epochs
      )
    }
  }
}
