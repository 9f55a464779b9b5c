import ArgumentParser
import GANLab

/// How a network is trained, whatever its kind.
struct TrainingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help:
      "How often the networks see every training image, 1 or more (default: \(Self.defaults.epochs))."
  )
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: "The images in a step, 1 or more (default: \(Self.defaults.batchSize)).")
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: "Adam's step size, above 0 (default: \(Self.defaults.learningRate)).")
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: "Adam's decay of the mean gradient, from 0 to below 1 (default: \(Self.defaults.beta1)).")
  var beta1: Float?

  @Option(
    parsing: .unconditional,
    help:
      "Adam's decay of the mean squared gradient, from 0 to below 1 (default: \(Self.defaults.beta2))."
  )
  var beta2: Float?

  @Option(
    parsing: .unconditional,
    help:
      "Adam's epsilon, which keeps it from dividing by 0, above 0 (default: \(Self.defaults.epsilon))."
  )
  var epsilon: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop after so many steps, 1 or more, for a quick test.", valueName: "steps")
  )
  var maxSteps: Int?

  private static let defaults = GANConfiguration()

  static func rows<Configuration: TrainingConfiguration>(
    for type: Configuration.Type = Configuration.self
  ) -> [OptionRow<Self, Configuration>] {
    let isDecay = { (value: Float) in (0..<1).contains(value) }
    let isPositive = { (value: Float) in value > 0 && value.isFinite }
    return [
      OptionRow("--epochs", \.epochs, \.epochs, in: 1...1_000_000),
      OptionRow("--batch-size", \.batchSize, \.batchSize, in: 1...1_000_000),
      OptionRow(
        "--learning-rate", \.learningRate, \.learningRate, must: "a number above 0", isPositive),
      OptionRow("--beta1", \.beta1, \.beta1, must: "from 0 to below 1", isDecay),
      OptionRow("--beta2", \.beta2, \.beta2, must: "from 0 to below 1", isDecay),
      OptionRow("--epsilon", \.epsilon, \.epsilon, must: "a number above 0", isPositive),
      OptionRow(
        "--max-steps", \.maxSteps, \.maximumSteps, must: "from 1 to \(Int32.max)"
      ) { (1...Int(Int32.max)).contains($0) },
    ]
  }

  func validate() throws { try Self.rows(for: GANConfiguration.self).check(self) }
}

/// What a comparison sets for each of its runs.
struct SeedOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      A whole number from 0. Equal seeds see equal batches and noise, whatever --init \
      (default: \(GANConfiguration().seed)).
      """)
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: "The threads to train on, 1 to 256 (default: as many as this machine's cores).")
  var threads: Int?

  static func rows<Configuration: TrainingConfiguration>(
    for type: Configuration.Type = Configuration.self
  ) -> [OptionRow<Self, Configuration>] {
    [
      OptionRow("--seed", \.seed, \.seed),
      OptionRow("--threads", \.threads, \.threads, in: 1...256).withoutFixedDefault(),
    ]
  }

  func validate() throws { try Self.rows(for: GANConfiguration.self).check(self) }
}
