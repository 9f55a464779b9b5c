import ArgumentParser
import Foundation
import GANLab

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the training step, what it consists of, and its matrix products alone.",
    subcommands: [BenchCommand<GANOptions>.self, BenchCommand<ClassifierOptions>.self],
    defaultSubcommand: BenchCommand<GANOptions>.self)
}

/// Times the step of one kind of training.
struct BenchCommand<Options: RunOptions>: ParsableCommand {
  typealias Model = Options.Model

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Model.kind.command,
      abstract: Model.kind == .gan
        ? "Time a GAN's step (the default)." : "Time a classifier's step.")
  }

  @OptionGroup var options: Options

  @Option(parsing: .unconditional, help: "How often everything is timed, 1 or more.")
  var rounds = 15

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The steps in a round, 1 or more.", valueName: "steps"))
  var roundSteps = 20

  @OptionGroup(title: "Data")
  var data: DataOptions

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  func validate() throws {
    try options.training.checkOptimizer(otherwise: options.configuration.optimizer)
    try check("--rounds", rounds, in: 1...10_000)
    try check("--round-steps", roundSteps, in: 1...10_000)
  }

  func run() throws {
    KernelRestart.restartIfWorthwhile(measures: true)
    let configuration = options.configuration
    let data = try TrainingData(
      directory: DataSource.choose(
        data.directory ?? options.earlier.config?.config.dataPath
      ).directory, isLabelled: Model.isLabelled)
    try Model.check(configuration, for: data.dimensions)
    let result = try StepBenchmark(
      Experiment<Model>(configuration, data: data), rounds: rounds, stepsPerRound: roundSteps)
    let topology = CoreTopology(threads: configuration.threads)
    let machineRate = MatrixProductRate.measure(
      threads: configuration.threads, duration: .seconds(1))
    if json {
      let report = Report(
        result, configuration, machineRate: machineRate, topology: topology, roundSteps: roundSteps)
      try StandardOutput.print(String(decoding: JSON.pretty(report).dropLast(), as: UTF8.self))
    } else {
      try StandardOutput.print(
        table(result, configuration, machineRate: machineRate, topology: topology))
    }
  }

  private func table(
    _ result: StepBenchmark, _ configuration: some TrainingConfiguration, machineRate: Double,
    topology: CoreTopology?
  ) -> [String] {
    var table = TextTable([TextTable.Column("", .left), TextTable.Column("", .right)])
    for (name, times) in [
      ("whole step", result.step), ("its products alone", result.products),
      ("elementwise alone", result.elementwise), ("optimiser alone", result.optimizer),
      ("data alone", result.data),
    ] {
      table.append([
        name, String(format: "%.2f ms (%.2f–%.2f)", times.median, times.min, times.max),
      ])
    }
    let step = result.step.median
    return [
      "batch \(configuration.batchSize), threads: \(configuration.threads), \(BLAS.kernel) kernels",
      "medians of \(rounds) rounds of \(roundSteps) steps, min and max", "",
    ] + table.lines() + [
      "",
      String(
        format: "%.0f images/s, %.2f GFLOP a step, %.0f GFLOP/s",
        Double(configuration.batchSize) / step * 1000, result.gigaflopPerStep,
        result.gigaflopPerStep / step * 1000),
      String(format: "whole step : its products alone = %.2f", result.ratioToProducts),
      String(
        format: "the slowest round took %.2f of the fastest's time",
        result.step.max / result.step.min),
      String(
        format: "one large product: %.0f GFLOP/s, at which the step's would take %.2f ms",
        machineRate, result.gigaflopPerStep / machineRate * 1000),
    ] + [topology?.description, KernelRestart.notice].compactMap { $0 }
  }

  /// The fields of `--json`, in snake_case there.
  private struct Report: Encodable {
    let msPerStep, msPerStepMin, msPerStepMax, gemmOnlyMsPerStep: Double
    let elementwiseOnlyMsPerStep, optimizerOnlyMsPerStep, dataOnlyMsPerStep: Double
    let stepToGemmRatio, gflopPerStep, gflopPerSecond, largeGemmGflopPerSecond: Double
    let imagesPerSecond: Double
    let batchSize, threads, rounds, stepsPerRound: Int
    let kernel, library: String
    /// Nil for one thread.
    let coreToCoreNanoseconds: Double?
    let coresShareCache: Bool?

    init(
      _ result: StepBenchmark, _ configuration: some TrainingConfiguration, machineRate: Double,
      topology: CoreTopology?, roundSteps: Int
    ) {
      let step = result.step.median
      (msPerStep, msPerStepMin, msPerStepMax) = (step, result.step.min, result.step.max)
      gemmOnlyMsPerStep = result.products.median
      elementwiseOnlyMsPerStep = result.elementwise.median
      optimizerOnlyMsPerStep = result.optimizer.median
      dataOnlyMsPerStep = result.data.median
      stepToGemmRatio = result.ratioToProducts
      gflopPerStep = result.gigaflopPerStep
      gflopPerSecond = result.gigaflopPerStep / step * 1000
      largeGemmGflopPerSecond = machineRate
      imagesPerSecond = Double(configuration.batchSize) / step * 1000
      (batchSize, threads) = (configuration.batchSize, configuration.threads)
      (rounds, stepsPerRound) = (result.step.rounds.count, roundSteps)
      (kernel, library) = (BLAS.kernel, BLAS.configuration)
      (coreToCoreNanoseconds, coresShareCache) = (topology?.max, topology?.sharesCache)
    }
  }
}
