import ArgumentParser
import GANLab

extension OptimizerKind: ExpressibleByArgument {}

/// How a network is trained, whatever its kind.
struct TrainingOptions<Configuration: TrainingConfiguration>: ParsableArguments {
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
    help: ArgumentHelp(
      "How weights follow their gradients: plain stochastic gradient descent, that with momentum, or "
        + "Adam (default: \(Self.defaults.optimizer.rawValue)).", valueName: "name"))
  var optimizer: OptimizerKind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The optimiser's step size, above 0 (default: \(Self.learningRates)).", valueName: "rate"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of the last update that momentum keeps, from 0 to below 1 (default: "
        + "\(Self.defaults.momentum)).", valueName: "share"))
  var momentum: Float?

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

  private static var defaults: Configuration { Configuration() }

  /// Such as "sgd 0.1, adam 0.001".
  private static var learningRates: String {
    OptimizerKind.allCases.map { "\($0.rawValue) \(Configuration.defaultLearningRate($0))" }
      .joined(separator: ", ")
  }

  static var rows: [OptionRow<Self, Configuration>] {
    let isShare = { (value: Float) in (0..<1).contains(value) }
    let isPositive = { (value: Float) in value > 0 && value.isFinite }
    return [
      OptionRow("--epochs", \.epochs, \.epochs, in: 1...1_000_000),
      OptionRow("--batch-size", \.batchSize, \.batchSize, in: 1...1_000_000),
      OptionRow("--optimizer", \.optimizer, \.optimizer, as: \.rawValue),
      OptionRow(
        "--learning-rate", \.learningRate, \.learningRate, must: "a number above 0", isPositive
      ).withoutFixedDefault(),
      OptionRow("--momentum", \.momentum, \.momentum, must: "from 0 to below 1", isShare),
      OptionRow("--beta1", \.beta1, \.beta1, must: "from 0 to below 1", isShare),
      OptionRow("--beta2", \.beta2, \.beta2, must: "from 0 to below 1", isShare),
      OptionRow("--epsilon", \.epsilon, \.epsilon, must: "a number above 0", isPositive),
      OptionRow(
        "--max-steps", \.maxSteps, \.maximumSteps, must: "from 1 to \(Int32.max)"
      ) { (1...Int(Int32.max)).contains($0) },
    ]
  }

  /// The options that one optimiser only has.
  private static var owners: [(option: String, optimizer: OptimizerKind)] {
    [("--momentum", .momentum), ("--beta1", .adam), ("--beta2", .adam), ("--epsilon", .adam)]
  }

  /// Sets the fields of the options that were given; what another optimiser has stays as by default.
  func apply(to configuration: inout Configuration) {
    if let optimizer, optimizer != configuration.optimizer {
      configuration.optimizer = optimizer
      configuration.learningRate = Configuration.defaultLearningRate(optimizer)
    }
    let foreign = Set(Self.owners.filter { $0.optimizer != configuration.optimizer }.map(\.option))
    Self.rows.filter { !foreign.contains($0.name) }.apply(self, to: &configuration)
  }

  func validate() throws { try Self.rows.check(self) }

  /// - Throws: a `ValidationError` for an option that belongs to another optimiser.
  ///
  /// - Parameter usual: the optimiser if none was given.
  func checkOptimizer(otherwise usual: OptimizerKind) throws {
    let optimizer = optimizer ?? usual
    for option in Self.rows.given(in: self) {
      if let owner = Self.owners.first(where: { $0.option == option })?.optimizer,
        owner != optimizer
      {
        throw ValidationError("\(option): applies to --optimizer \(owner.rawValue).")
      }
    }
  }
}

/// What a comparison sets for each of its runs.
struct SeedOptions<Configuration: TrainingConfiguration>: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      A whole number from 0. Equal seeds see equal batches and noise, whatever --init \
      (default: \(Configuration().seed)).
      """)
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: """
      The threads to train on, 1 to 256 (default: as many as this machine's cores; in a comparison 1, as \
      several runs at once with one each do the most).
      """)
  var threads: Int?

  static var rows: [OptionRow<Self, Configuration>] {
    [
      OptionRow("--seed", \.seed, \.seed),
      OptionRow("--threads", \.threads, \.threads, in: 1...256).withoutFixedDefault(),
    ]
  }

  func validate() throws { try Self.rows.check(self) }
}
