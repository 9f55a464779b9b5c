import ArgumentParser
import Foundation
import GANLab

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Train every combination of initialisations, other options and seeds, and compare them.",
    subcommands: [CompareCommand<GANOptions>.self, CompareCommand<ClassifierOptions>.self],
    defaultSubcommand: CompareCommand<GANOptions>.self)
}

/// Compares runs of one kind.
struct CompareCommand<Options: RunOptions>: ParsableCommand {
  typealias Model = Options.Model

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Model.kind.command,
      abstract: Model.kind == .gan ? "Compare GANs (the default)." : "Compare classifiers.",
      discussion: """
        Each is an ordinary run, in a process and a directory of its own. With --run-dir alone, an \
        interrupted comparison goes on: finished runs are kept, others continue. The directory is \
        printed at the end; all else goes to standard error.
        """)
  }

  @OptionGroup(title: "What is compared")
  var factors: FactorOptions

  @OptionGroup var options: Options

  @OptionGroup(title: "Data")
  var data: DataOptions

  @OptionGroup(title: "The report")
  var report: ReportOptions

  @OptionGroup(title: "Files")
  var schedule: ScheduleOptions

  @Option(
    parsing: .unconditional, help: "The runs at a time, 1 to 1024 (default: cores / threads).")
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Where the runs go; by default the next of runs/001-compare, runs/002-compare and so on.",
      valueName: "dir"), completion: Completions.runs, transform: Path.parse)
  var runDir: String?

  @Flag(help: "Only print the command line of each run, for GNU parallel or a batch system.")
  var dryRun = false

  @Flag(help: "Write nothing to standard error unless something fails.")
  var quiet = false

  func validate() throws {
    try check("--jobs", jobs, in: 1...1024)
    if runDir != nil && factors.given.isEmpty { return }
    try factors.checkWhole()
    try schedule.checkKind(Model.kind)
  }

  func run() throws {
    let path = runDir ?? RunDirectory.nextPath(in: "runs", name: "compare")
    // All runs inherit the choice of kernels.
    let begun = try? ComparisonPlan.read(from: path)
    if !dryRun { KernelRestart.restartIfWorthwhile(recorded: begun?.machine, measures: true) }
    var plan = try plan(in: path)
    plan.machine = plan.machine ?? .current()
    var comparison = ComparisonRuns(plan)
    comparison.jobs = jobs
    comparison.isQuiet = quiet
    if dryRun { return try StandardOutput.print(comparison.runs(in: path).map(\.commandLine)) }
    // Everything is checked before anything is started, or made.
    try comparison.check(in: path)
    if let notice = KernelRestart.notice { comparison.say(notice) }
    if plan.schedule.evaluateEvery > 0 {
      // Once, and not by every run.
      _ = try JudgeSource.evaluator(
        TrainingData(directory: plan.dataPath, isLabelled: true), comparison.say)
    }
    let directory =
      try runDir.map { path in
        try RunDirectory(forRunsAt: path) {
          comparison.say(
            "\(path): another gan-train is at work on this comparison; waiting for it to end")
        }
      } ?? RunDirectory(nextIn: "runs", name: "compare")
    try plan.write(to: directory.path)
    let failures = try comparison.train(in: directory.path)
    for failure in failures { StandardError.say(failure.message) }

    let failed = Set(failures.map(\.directory))
    let variation = Variation(plan)
    let selection = RunSelection(
      RunDirectory.files(in: directory.path).map { directory.path + "/" + $0 }
        .filter { RunDirectory.holdsRun($0) && !failed.contains(Path.absolute($0)) }, variation)
    for (path, reason) in selection.leftOut {
      StandardError.say("left out: \(path): \(reason)")
    }
    if !selection.chosen.isEmpty {
      let lines = try report.lines(
        Comparison(selection.chosen, variation), table: directory.path + "/comparison.csv",
        width: Terminal.width(of: STDERR_FILENO))
      for line in lines { comparison.say(line) }
      if let script = Path.find("scripts/report.py", where: FileManager.default.fileExists(atPath:))
      {
        comparison.say("a page to look at: " + ShellText.commandLine([script, directory.path]))
      }
    }
    try StandardOutput.print(directory.path)
    if !failures.isEmpty { throw ExitCode.failure }
  }

  /// What was asked for, or what the comparison in `directory` was begun with.
  private func plan(in directory: String) throws -> ComparisonPlan {
    let begun = try ComparisonPlan.read(from: directory)
    if factors.given.isEmpty {
      guard let begun else {
        throw ValidationError(
          "--inits: is missing; \(directory) holds no comparison that was begun.")
      }
      let given =
        options.given + schedule.given + (data.directory == nil ? [] : ["--data"])
      if let option = given.first {
        throw ValidationError(
          "\(option): cannot be changed when a comparison goes on. With --inits and --seeds one begins."
        )
      }
      return begun
    }
    try options.training.checkOptimizer(otherwise: options.configuration.optimizer)
    let common =
      options.argumentsGiven + (options.seeding.threads == nil ? ["--threads", "1"] : [])
    let variants = try factors.combinations(of: Options.self, with: options).map { values in
      (values: values, configuration: try factors.configuration(values, common, Options.self))
    }
    return try ComparisonPlan(
      kind: Model.kind, common: variants[0].configuration, factors: factors.names,
      variants: variants, seeds: factors.seeds ?? [],
      dataPath: DataSource.choose(
        data.directory ?? options.earlier.config?.config.dataPath
      ).absolutePath,
      schedule: schedule.schedule)
  }
}
