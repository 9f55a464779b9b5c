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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Look at every layer after every so many epochs, before training and at the end (default: "
        + "\(Self.defaults.layersEvery)).", valueName: "epochs"))
  var layersEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Judge a generator's images every so many epochs, before training and at the end, into quality.csv "
        + "(default: never).", valueName: "epochs"))
  var evaluateEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write mean losses and accuracies of every so many steps into steps.csv (default: "
        + "\(Self.defaults.logEvery)).", valueName: "steps"))
  var logEvery: Int?

  /// The options, by the fields of what they set.
  private static var fields:
    [(
      option: String, value: KeyPath<Self, Int?>, schedule: WritableKeyPath<RunSchedule, Int>,
      change: WritableKeyPath<RunChanges, Int?>
    )]
  {
    [
      ("--checkpoint-every", \.checkpointEvery, \.checkpointEvery, \.checkpointEvery),
      ("--sample-every", \.sampleEvery, \.sampleEvery, \.sampleEvery),
      ("--layers-every", \.layersEvery, \.layersEvery, \.layersEvery),
      ("--evaluate-every", \.evaluateEvery, \.evaluateEvery, \.evaluateEvery),
      ("--log-every", \.logEvery, \.logEvery, \.logEvery),
    ]
  }

  func validate() throws {
    for field in Self.fields {
      try check(field.option, self[keyPath: field.value], in: 1...1_000_000)
    }
  }

  /// - Throws: a `ValidationError` for an option that this kind of run leaves without a meaning.
  func checkKind(_ kind: RunKind) throws {
    if evaluateEvery != nil && kind == .classifier {
      throw ValidationError("--evaluate-every: a classifier draws no images.")
    }
  }

  var given: [String] { Self.fields.filter { self[keyPath: $0.value] != nil }.map(\.option) }

  /// For a new run.
  var schedule: RunSchedule {
    var schedule = Self.defaults
    for field in Self.fields {
      if let value = self[keyPath: field.value] { schedule[keyPath: field.schedule] = value }
    }
    return schedule
  }

  /// For a run that goes on.
  var changes: RunChanges {
    var changes = RunChanges()
    for field in Self.fields { changes[keyPath: field.change] = self[keyPath: field.value] }
    return changes
  }

  /// The arguments that stand for `schedule`.
  static func arguments(for schedule: RunSchedule) -> [String] {
    fields.flatMap { field in
      let value = schedule[keyPath: field.schedule]
      return value == defaults[keyPath: field.schedule] ? [] : [field.option, "\(value)"]
    }
  }
}
