import ArgumentParser
import GANLab

/// What a run writes and where, and how it goes on.
struct FileOptions: ParsableArguments {
  private static let defaults = RunSchedule()

  @Option(
    help: ArgumentHelp(
      "Where the run's files go, a new or empty directory; by default the next in runs/.",
      valueName: "dir"))
  var runDir: String?

  @Flag(help: "Delete an earlier run in --run-dir first.")
  var overwrite = false

  @Flag(
    name: .customLong("continue"),
    help: """
      With --run-dir: go on with the run there, if there is one, and else begin it. So the same \
      command can be given again until the run is finished.
      """)
  var continues = false

  @Option(
    help: ArgumentHelp(
      "Go on with the run in this directory. Of the other options only --epochs and --max-steps, "
        + "which may grow, --data and those of files and progress can be given.",
      valueName: "run"))
  var resume: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Save a checkpoint every so many epochs, and at the end (default: "
        + "\(Self.defaults.checkpointEvery)).", valueName: "epochs"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draw a grid of samples every so many epochs, at the beginning and at the end "
        + "(default: \(Self.defaults.sampleEvery)).", valueName: "epochs"))
  var sampleEvery: Int?

  func validate() throws {
    try check("--checkpoint-every", checkpointEvery, in: 1...1_000_000)
    try check("--sample-every", sampleEvery, in: 1...1_000_000)
    if overwrite && runDir == nil {
      throw ValidationError("--overwrite: applies to --run-dir, which is not given.")
    }
    if continues && (runDir == nil || overwrite) {
      throw ValidationError("--continue: applies to --run-dir, without --overwrite.")
    }
  }

  /// How often a new run writes.
  var schedule: RunSchedule {
    var schedule = Self.defaults
    schedule.checkpointEvery = checkpointEvery ?? schedule.checkpointEvery
    schedule.sampleEvery = sampleEvery ?? schedule.sampleEvery
    return schedule
  }

  /// The options of this group that apply to new runs only.
  private var givenForNewRuns: [String] {
    (runDir == nil ? [] : ["--run-dir"]) + (overwrite ? ["--overwrite"] : [])
      + (continues ? ["--continue"] : [])
  }

  /// - Parameter given: the options that were given besides these.
  /// - Throws: a `ValidationError` for an option that would change the run that goes on.
  func checkResume(given: [String]) throws {
    if resume == nil { return }
    let mayChange: Set = ["--epochs", "--max-steps"]
    if let option = (given + givenForNewRuns).first(where: { !mayChange.contains($0) }) {
      throw ValidationError(
        "\(option): cannot be changed with --resume; a run goes on as it began. Possible are "
          + "--epochs, --max-steps, --data, --checkpoint-every, --sample-every, --quiet.")
    }
  }
}
