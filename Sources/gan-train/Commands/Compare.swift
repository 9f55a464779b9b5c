import ArgumentParser
import Foundation
import GANLab

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train every combination of initialisations and seeds, and compare them.",
    discussion: """
      Each is an ordinary run, in a process and a directory of its own. Given again with --run-dir \
      after an interruption, it goes on: finished runs are kept, others continue.
      """)

  @Option(
    help: ArgumentHelp(
      "Initialisations with commas between, such as random:0.01,random:1,xavier-he,he:uniform.",
      valueName: "inits"))
  var inits: LabelList

  @Option(help: ArgumentHelp("Seeds, such as 0-4 or 1,3,8.", valueName: "seeds"))
  var seeds: SeedList

  @Option(
    parsing: .unconditional, help: "The runs at a time, 1 to 1024 (default: cores / threads).")
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: "The threads of each run, 1 to 256. Several runs at once with one each do the most.")
  var threads = 1

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Data")
  var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Where the runs go; by default the next of runs/001-compare, runs/002-compare …",
      valueName: "dir"))
  var runDir: String?

  @Flag(help: "Only print the command line of each run, for GNU parallel or a batch system.")
  var dryRun = false

  func validate() throws {
    try check("--threads", threads, in: 1...256)
    if let jobs { try check("--jobs", jobs, in: 1...1024) }
  }

  func run() throws {
    if dryRun {
      let path = runDir ?? RunDirectory.nextPath(in: "runs", name: "compare")
      for run in try runs(in: path) { print(run.commandLine) }
      return
    }
    let directory =
      try runDir.map { try RunDirectory(forRunsAt: $0) }
      ?? RunDirectory(nextIn: "runs", name: "compare")
    let runs = try runs(in: directory.path)
    let atOnce = jobs ?? max(1, SeedOptions.usableThreads / threads)
    let failures = try ProcessPool(runs, atOnce: atOnce, directory: directory.path).run()
    for failure in failures { say(failure) }
    if failures.count == runs.count { throw ExitCode.failure }

    try Summarize.parse([directory.path]).run()
    print(directory.path)
    if !failures.isEmpty { throw ExitCode.failure }
  }

  /// A combination, by the command that trains it.
  private func runs(in directory: String) throws -> [ProcessPool.Run] {
    var configuration = Configuration()
    networks.apply(to: &configuration)
    training.apply(to: &configuration)
    let data = try DataSource.choose(self.data.directory).absolutePath
    let base = URL(fileURLWithPath: directory).standardizedFileURL.path
    // Seed by seed, so that an early end leaves whole comparisons.
    return seeds.seeds.flatMap { seed in
      inits.initializers.map { initializer in
        let name = "\(initializer.label.replacing(":", with: "-"))-seed\(seed)"
        return ProcessPool.Run(
          name: name, directory: base + "/" + name,
          arguments: [
            "train", "--continue", "--run-dir", base + "/" + name, "--init", initializer.label,
            "--seed", "\(seed)", "--threads", "\(threads)", "--data", data,
          ] + configuration.arguments)
      }
    }
  }

  private func say(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}

extension Configuration {
  /// The options of networks and training that differ from the defaults, and the epochs.
  fileprivate var arguments: [String] {
    let standard = Configuration()
    func sizes(_ layers: [Int]) -> String { layers.map(String.init).joined(separator: ",") }
    let options: [(name: String, value: String, usual: String?)] = [
      ("--epochs", "\(epochs)", nil),
      ("--batch-size", "\(batchSize)", "\(standard.batchSize)"),
      ("--learning-rate", "\(learningRate)", "\(standard.learningRate)"),
      ("--beta1", "\(beta1)", "\(standard.beta1)"),
      ("--beta2", "\(beta2)", "\(standard.beta2)"),
      ("--latent-size", "\(latentSize)", "\(standard.latentSize)"),
      ("--generator-layers", sizes(generatorLayers), sizes(standard.generatorLayers)),
      ("--discriminator-layers", sizes(discriminatorLayers), sizes(standard.discriminatorLayers)),
      ("--hidden-activation", hiddenActivation.rawValue, standard.hiddenActivation.rawValue),
      ("--leaky-slope", "\(leakySlope)", "\(standard.leakySlope)"),
      ("--max-steps", maximumSteps.map { "\($0)" } ?? "", ""),
    ]
    return options.filter { $0.value != $0.usual }.flatMap { [$0.name, $0.value] }
  }
}

/// Initialisers with commas between.
struct LabelList: ExpressibleByArgument {
  let initializers: [Initializer]

  init?(argument: String) {
    let labels = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    initializers = labels.compactMap { Initializer(label: $0) }
    let isUnique = Set(initializers.map(\.label)).count == labels.count
    if initializers.count < labels.count || !isUnique { return nil }
  }
}

/// Whole numbers and ranges of them, with commas between.
struct SeedList: ExpressibleByArgument {
  let seeds: [UInt64]

  init?(argument: String) {
    var seeds: [UInt64] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first <= last, last - first < 10_000
      else { return nil }
      seeds += first...last
    }
    if Set(seeds).count < seeds.count { return nil }
    self.seeds = seeds
  }
}
