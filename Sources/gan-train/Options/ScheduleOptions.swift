import ArgumentParser
import GANLab

/// How often a run writes.
struct ScheduleOptions: ParsableArguments {
  private static let defaults = RunSchedule()

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
  }

  /// For a new run.
  var schedule: RunSchedule {
    var schedule = Self.defaults
    schedule.checkpointEvery = checkpointEvery ?? schedule.checkpointEvery
    schedule.sampleEvery = sampleEvery ?? schedule.sampleEvery
    return schedule
  }

  static func arguments(_ checkpointEvery: Int?, _ sampleEvery: Int?) -> [String] {
    [("--checkpoint-every", checkpointEvery), ("--sample-every", sampleEvery)].flatMap {
      name, value in value.map { [name, "\($0)"] } ?? []
    }
  }
}
