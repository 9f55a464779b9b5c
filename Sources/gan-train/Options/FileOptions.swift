import ArgumentParser
import GANLab

/// What a run writes and where, and how it goes on.
struct FileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the run's files go, a new or empty directory; by default the next in runs/.",
      valueName: "dir"), completion: .directory, transform: Path.parse)
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
      valueName: "run"), completion: Completions.runs, transform: Path.parse)
  var resume: String?

  @OptionGroup var every: ScheduleOptions

  func validate() throws {
    if overwrite && runDir == nil {
      throw ValidationError("--overwrite: applies to --run-dir, which is not given.")
    }
    if continues && resume == nil && (runDir == nil || overwrite) {
      throw ValidationError("--continue: applies to --run-dir, without --overwrite.")
    }
  }

  /// The options of this group that apply to new runs only.
  private var givenForNewRuns: [String] {
    (runDir == nil ? [] : ["--run-dir"]) + (overwrite ? ["--overwrite"] : [])
  }

  /// - Parameter given: the options that were given besides these.
  /// - Throws: a `ValidationError` for an option that would change the run that goes on.
  func checkResume(given: [String]) throws {
    if resume == nil { return }
    if continues {
      throw ValidationError(
        "--continue: goes on with the run in --run-dir, --resume with the one that it names; give one."
      )
    }
    let mayChange: Set = ["--epochs", "--max-steps"]
    if let option = (given + givenForNewRuns).first(where: { !mayChange.contains($0) }) {
      throw ValidationError(
        "\(option): cannot be changed with --resume; a run goes on as it began. Possible are "
          + "--epochs, --max-steps, --data, --checkpoint-every, --sample-every, --layers-every, "
          + "--log-every, --quiet.")
    }
  }
}
