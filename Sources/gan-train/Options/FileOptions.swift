import ArgumentParser

/// What a run writes and where, and how it goes on.
struct FileOptions: ParsableArguments {
  static let (defaultCheckpointEvery, defaultSampleEvery) = (5, 1)

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
      "Save a checkpoint every so many epochs, and at the end (default: \(defaultCheckpointEvery)).",
      valueName: "epochs"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draw a grid of samples every so many epochs, at the beginning and at the end "
        + "(default: \(defaultSampleEvery)).", valueName: "epochs"))
  var sampleEvery: Int?

  func validate() throws {
    for (option, value) in [
      ("--checkpoint-every", checkpointEvery), ("--sample-every", sampleEvery),
    ] {
      if let value { try check(option, value, in: 1...1_000_000) }
    }
    if overwrite && runDir == nil {
      throw ValidationError("--overwrite: applies to --run-dir, which is not given.")
    }
    if continues && (runDir == nil || overwrite) {
      throw ValidationError("--continue: applies to --run-dir, without --overwrite.")
    }
  }

  /// - Throws: a `ValidationError` for an option that would change the run that goes on.
  func checkResume(_ arguments: [String]) throws {
    let possible = [
      "--resume", "--epochs", "--max-steps", "--data", "--checkpoint-every", "--sample-every",
      "--quiet",
    ]
    for argument in arguments.dropFirst() where argument.hasPrefix("--") {
      let option = String(argument.prefix { $0 != "=" })
      if !possible.contains(option) {
        throw ValidationError(
          "\(option): cannot be changed with --resume; a run goes on as it began. "
            + "Possible are \(possible.dropFirst().joined(separator: ", ")).")
      }
    }
  }
}
