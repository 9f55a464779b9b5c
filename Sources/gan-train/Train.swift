import ArgumentParser
import Foundation
import GANLab

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a GAN and write a row of losses and accuracies an epoch (the default).",
    discussion: """
      The run's directory gets metrics.csv and is printed at the end. Progress goes to standard \
      error.
      """)

  @OptionGroup(title: "Initialisation")
  var initialization: InitializationOptions

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @Option(
    help: ArgumentHelp(
      "A directory with an MNIST-format data set; by default data/mnist, or data/digits.",
      valueName: "dir"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "Where the run's files go, a new or empty directory; by default the next in runs/.",
      valueName: "dir"))
  var runDir: String?

  @Flag(help: "Write nothing to standard error unless something fails.")
  var quiet = false

  func run() throws {
    KernelRestart.restartIfWorthwhile()
    let source = try DataSource.choose(data)
    let digits = try Digits(directory: source.directory)
    try source.check(batchSize: training.batchSize, digits)
    let configuration = configuration
    let progress = Progress(isQuiet: quiet)
    progress.say(source.description(of: digits))
    progress.say(KernelRestart.notice)

    let experiment = Experiment(configuration, digits: digits)
    let directory = try makeRunDirectory(configuration)
    let metrics = try MetricsCSV(
      path: directory.metricsPath, initialization: configuration.initializer.label,
      seed: configuration.seed)
    progress.begin(experiment)
    while let record = try experiment.trainEpoch() {
      try metrics.append(record)
      progress.report(record)
    }
    progress.end(experiment, metricsPath: directory.metricsPath)
    print(directory.path)
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.initializer = initialization.initializer
    networks.apply(to: &configuration)
    training.apply(to: &configuration)
    return configuration
  }

  private func makeRunDirectory(_ configuration: Configuration) throws -> RunDirectory {
    if let runDir { return try RunDirectory(at: runDir) }
    let label = configuration.initializer.label.replacing(":", with: "-")
    return try RunDirectory(nextIn: "runs", name: "\(label)-seed\(configuration.seed)")
  }
}
