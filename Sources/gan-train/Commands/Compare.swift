import ArgumentParser
import Foundation
import GANLab

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train every combination of initialisations and seeds, and compare them.",
    discussion: """
      Each is an ordinary run, in a process and a directory of its own. With --run-dir alone, an \
      interrupted comparison goes on: finished runs are kept, others continue. The directory is \
      printed at the end; all else goes to standard error.
      """)

  @Option(
    help: ArgumentHelp(
      "Initialisations with commas between, such as random:0.01,random:1,xavier-he,he:uniform.",
      valueName: "inits"), transform: Lists.initializers)
  var inits: [Initializer]?

  @Option(
    help: ArgumentHelp("Seeds, such as 0-4 or 1,3,8.", valueName: "seeds"),
    transform: Lists.seeds)
  var seeds: [UInt64]?

  @Option(
    parsing: .unconditional, help: "The runs at a time, 1 to 1024 (default: cores / threads).")
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: """
      The threads of each run, 1 to 256 (default: 1). Several runs at once with one each do the most.
      """)
  var threads: Int?

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "The report")
  var report: ReportOptions

  @OptionGroup(title: "Files")
  var schedule: ScheduleOptions

  @Option(
    help: ArgumentHelp(
      "Where the runs go; by default the next of runs/001-compare, runs/002-compare and so on.",
      valueName: "dir"), transform: Path.parse)
  var runDir: String?

  @Flag(help: "Only print the command line of each run, for GNU parallel or a batch system.")
  var dryRun = false

  @Flag(help: "Write nothing to standard error unless something fails.")
  var quiet = false

  func validate() throws {
    try check("--threads", threads, in: 1...256)
    try check("--jobs", jobs, in: 1...1024)
    if (inits == nil || seeds == nil) && runDir == nil {
      throw ValidationError(
        "\(inits == nil ? "--inits" : "--seeds"): is missing; a comparison that was begun goes on with "
          + "--run-dir alone.")
    }
  }

  func run() throws {
    let path = runDir ?? RunDirectory.nextPath(in: "runs", name: "compare")
    // All runs inherit the choice of kernels.
    let begun = try? ComparisonPlan.read(from: path)
    if !dryRun { KernelRestart.restartIfWorthwhile(recorded: begun?.machine, measures: true) }
    var plan = try plan(in: path)
    plan.machine = plan.machine ?? .current()
    if dryRun { return try StandardOutput.print(runs(of: plan, in: path).map(\.commandLine)) }
    // Everything is checked before anything is started, or made.
    try plan.check(ImageDataset(directory: plan.dataPath), in: path)
    if let notice = KernelRestart.notice { say(notice) }
    let directory =
      try runDir.map { path in
        try RunDirectory(forRunsAt: path) {
          say("\(path): another gan-train is at work on this comparison; waiting for it to end")
        }
      } ?? RunDirectory(nextIn: "runs", name: "compare")
    try plan.write(to: directory.path)

    let runs = try runs(of: plan, in: directory.path)
    let atOnce = jobs ?? max(1, CPU.usableThreads / plan.experiment.threads)
    let failures = try ProcessPool(
      runs, atOnce: atOnce, directory: directory.path, epochs: plan.experiment.epochs,
      isQuiet: quiet
    ).run()
    for failure in failures { StandardError.say(failure.message) }

    let failed = Set(failures.map(\.directory))
    let selection = RunSelection(
      RunDirectory.files(in: directory.path).map { directory.path + "/" + $0 }
        .filter { RunDirectory.holdsRun($0) && !failed.contains(absolute($0)) })
    for (path, reason) in selection.leftOut {
      StandardError.say("left out: \(path): \(reason)")
    }
    if !selection.chosen.isEmpty {
      try report.lines(
        Comparison(selection.chosen), table: directory.path + "/comparison.csv",
        width: Terminal.width(of: STDERR_FILENO)
      ).forEach(say)
    }
    try StandardOutput.print(directory.path)
    if !failures.isEmpty { throw ExitCode.failure }
  }

  /// What was asked for, or what the comparison in `directory` was begun with.
  private func plan(in directory: String) throws -> ComparisonPlan {
    let begun = try ComparisonPlan.read(from: directory)
    guard let inits, let seeds else {
      if let begun, inits == nil, seeds == nil {
        if let option = givenForNew.first {
          throw ValidationError(
            "\(option): cannot be changed when a comparison goes on. With --inits and --seeds one begins."
          )
        }
        return begun
      }
      throw ValidationError(
        "\(inits == nil ? "--inits" : "--seeds"): is missing"
          + (begun == nil ? "; \(directory) holds no comparison that was begun." : "."))
    }
    var configuration = GANConfiguration()
    NetworkOptions.rows.apply(networks, to: &configuration)
    TrainingOptions.rows().apply(training, to: &configuration)
    configuration.threads = threads ?? configuration.threads
    var plan = ComparisonPlan(
      experiment: configuration, initializers: inits, seeds: seeds,
      dataPath: try DataSource.choose(data.directory).absolutePath)
    plan.checkpointEvery = schedule.checkpointEvery
    plan.sampleEvery = schedule.sampleEvery
    return plan
  }

  /// The options that were given and decide about runs.
  private var givenForNew: [String] {
    let others: [(String, Bool)] = [
      ("--threads", threads != nil), ("--data", data.directory != nil),
      ("--checkpoint-every", schedule.checkpointEvery != nil),
      ("--sample-every", schedule.sampleEvery != nil),
    ]
    return NetworkOptions.rows.given(in: networks)
      + TrainingOptions.rows(for: GANConfiguration.self).given(in: training)
      + others.filter(\.1).map(\.0)
  }

  /// Each run of a plan, by the command that trains it.
  private func runs(of plan: ComparisonPlan, in directory: String) throws -> [ProcessPool.Run] {
    try plan.runs().map { run in
      let path = absolute(directory) + "/" + run.name
      return ProcessPool.Run(
        name: run.name, directory: path,
        arguments: ["train", "--continue", "--run-dir", path, "--data", plan.dataPath]
          + GANOptions.arguments(for: run.configuration)
          + ScheduleOptions.arguments(plan.checkpointEvery, plan.sampleEvery))
    }
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  private func say(_ line: String) { if !quiet { StandardError.say(line) } }
}
