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
    try check("--jobs", jobs, in: 1...1024)
  }

  func run() throws {
    if dryRun {
      let path = runDir ?? RunDirectory.nextPath(in: "runs", name: "compare")
      return try StandardOutput.print(try runs(in: path).map(\.commandLine))
    }
    let directory =
      try runDir.map { try RunDirectory(forRunsAt: $0) }
      ?? RunDirectory(nextIn: "runs", name: "compare")
    let runs = try runs(in: directory.path)
    let atOnce = jobs ?? max(1, CPU.usableThreads / threads)
    let failures = try ProcessPool(runs, atOnce: atOnce, directory: directory.path).run()
    failures.forEach(StandardError.say)
    if failures.count == runs.count { throw ExitCode.failure }

    try Summarize.parse([directory.path]).run()
    try StandardOutput.print(directory.path)
    if !failures.isEmpty { throw ExitCode.failure }
  }

  /// A combination, by the command that trains it.
  private func runs(in directory: String) throws -> [ProcessPool.Run] {
    var configuration = GANConfiguration()
    NetworkOptions.rows.apply(networks, to: &configuration)
    TrainingOptions.rows().apply(training, to: &configuration)
    configuration.threads = threads
    let data = try DataSource.choose(self.data.directory).absolutePath
    let base = URL(fileURLWithPath: directory).standardizedFileURL.path
    // Seed by seed, so that an early end leaves whole comparisons.
    return seeds.seeds.flatMap { seed in
      inits.initializers.map { initializer in
        configuration.initializer = initializer
        configuration.seed = seed
        let name = RunDirectory.name(configuration)
        return ProcessPool.Run(
          name: name, directory: base + "/" + name,
          arguments: ["train", "--continue", "--run-dir", base + "/" + name, "--data", data]
            + GANOptions.arguments(for: configuration))
      }
    }
  }
}

/// Initialisers with commas between.
struct LabelList: ExpressibleByArgument {
  let initializers: [Initializer]

  init?(argument: String) {
    let labels = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    initializers = labels.compactMap { try? Initializer(label: $0) }
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
