import ArgumentParser
import Foundation
import GANLab

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the training step, what it consists of, and its matrix products alone.")

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @Option(parsing: .unconditional, help: "The images in a step, 1 or more.")
  var batchSize = Configuration().batchSize

  @Option(
    parsing: .unconditional,
    help: "The threads to train on, 1 to 256; by default as many as this machine's cores.")
  var threads = CPU.usableThreads(cores: CPU.coreCount, quota: CPU.quota())

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
    try check("--batch-size", batchSize, in: 1...1_000_000)
    try check("--threads", threads, in: 1...256)
    try check("--rounds", rounds, in: 1...10_000)
    try check("--round-steps", roundSteps, in: 1...10_000)
  }

  func run() throws {
    KernelRestart.restartIfWorthwhile()
    let source = try DataSource.choose(data.directory)
    let dataset = try ImageDataset(directory: source.directory)
    try source.check(batchSize: batchSize, dataset)
    var configuration = Configuration()
    networks.apply(to: &configuration)
    configuration.batchSize = batchSize
    configuration.threads = threads
    let experiment = Experiment(configuration, dataset: dataset)
    let result = try StepBenchmark(experiment, rounds: rounds, stepsPerRound: roundSteps)
    let machineRate = MatrixProductRate.measure(threads: threads, duration: .seconds(1))
    if json {
      try printJSON(result, machineRate: machineRate)
    } else {
      printTable(result, machineRate: machineRate)
    }
  }

  private func printTable(_ result: StepBenchmark, machineRate: Double) {
    let step = result.step.median
    print(
      "batch \(batchSize), threads: \(threads), \(BLAS.kernel) kernels; "
        + "medians of \(rounds) rounds of \(roundSteps) steps, least and greatest\n")
    row("whole step", result.step)
    row("its products alone", result.products)
    row("elementwise alone", result.elementwise)
    row("Adam alone", result.optimizer)
    row("data alone", result.data)
    print(
      String(
        format: """

          %.0f images/s, %.2f GFLOP a step, %.0f GFLOP/s
          whole step : its products alone = %.2f
          one large product: %.0f GFLOP/s, at which the step's would take %.2f ms
          """, Double(batchSize) / step * 1000, result.gigaflopPerStep,
        result.gigaflopPerStep / step * 1000, result.ratioToProducts, machineRate,
        result.gigaflopPerStep / machineRate * 1000))
    if let notice = KernelRestart.notice { print(notice) }
  }

  private func row(_ name: String, _ times: StepBenchmark.Times) {
    let title = name.padding(toLength: 20, withPad: " ", startingAt: 0)
    print(
      title + String(format: "%8.2f ms (%.2f–%.2f)", times.median, times.min, times.max))
  }

  private func printJSON(_ result: StepBenchmark, machineRate: Double) throws {
    let report = Report(
      msPerStep: result.step.median, msPerStepMin: result.step.min,
      msPerStepMax: result.step.max, gemmOnlyMsPerStep: result.products.median,
      elementwiseOnlyMsPerStep: result.elementwise.median,
      optimizerOnlyMsPerStep: result.optimizer.median, dataOnlyMsPerStep: result.data.median,
      stepToGemmRatio: result.ratioToProducts, gflopPerStep: result.gigaflopPerStep,
      gflopPerSecond: result.gigaflopPerStep / result.step.median * 1000,
      largeGemmGflopPerSecond: machineRate,
      imagesPerSecond: Double(batchSize) / result.step.median * 1000,
      batchSize: batchSize, threads: threads, rounds: rounds, stepsPerRound: roundSteps,
      kernel: BLAS.kernel, library: BLAS.configuration)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  /// The fields of `--json`, in snake_case there.
  private struct Report: Encodable {
    let msPerStep, msPerStepMin, msPerStepMax, gemmOnlyMsPerStep: Double
    let elementwiseOnlyMsPerStep, optimizerOnlyMsPerStep, dataOnlyMsPerStep: Double
    let stepToGemmRatio, gflopPerStep, gflopPerSecond, largeGemmGflopPerSecond: Double
    let imagesPerSecond: Double
    let batchSize, threads, rounds, stepsPerRound: Int
    let kernel, library: String
  }
}
