import ArgumentParser
import GANLab

extension Initializer: ExpressibleByArgument {
  public init?(argument: String) { self.init(label: argument) }
  public static var allValueStrings: [String] { Scheme.allCases.map(\.rawValue) }
  public var defaultValueDescription: String { label }
}
extension Initializer.Distribution: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}

// Numbers are parsed `.unconditional`: so "--epochs -3" is a wrong number, not a missing one.

struct InitializationOptions: ParsableArguments {
  @Option(
    name: .customLong("init"),
    help: """
      How the weights are drawn; what the options below say can follow after colons, as in \
      random:1, he:uniform or he:slope=0.2:gain=2.
      """)
  var named = Initializer(.xavierHe)

  @Option(
    name: .customLong("init-std"), parsing: .unconditional,
    help: ArgumentHelp(
      "The weights' standard deviation with --init random, above 0 (default: 0.01).",
      valueName: "σ"))
  var standardDeviation: Float?

  @Option(
    name: .customLong("init-distribution"),
    help: "The weights' distribution (default: normal, with --init pytorch uniform).")
  var distribution: Initializer.Distribution?

  @Option(
    name: .customLong("init-slope"), parsing: .unconditional,
    help: ArgumentHelp(
      "He's a with --init he and xavier-he: the slope below zero that the weights allow for, from 0 (default: 0).",
      valueName: "a"))
  var slope: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "All weights are multiplied by it, above 0 (default: 1).", valueName: "factor")
  )
  var gain: Float?

  func validate() throws {
    if let standardDeviation {
      try check("--init-std", standardDeviation, above: 0)
      if scheme != .random {
        throw ValidationError(
          "--init-std: applies to --init random; --init \(scheme.rawValue) has its own.")
      }
    }
    if let slope {
      if !(slope >= 0 && slope.isFinite) {
        throw ValidationError("--init-slope \(slope): must be a number from 0.")
      }
      if scheme != .he && scheme != .xavierHe {
        throw ValidationError("--init-slope: applies to --init he and xavier-he.")
      }
    }
    if let gain { try check("--gain", gain, above: 0) }
    if distribution != nil && (scheme == .orthogonal || scheme == .zeros) {
      throw ValidationError(
        "--init-distribution: --init \(scheme.rawValue) is not drawn from a distribution.")
    }
  }

  private var scheme: Initializer.Scheme { named.scheme }

  var initializer: Initializer {
    var initializer = named
    if let distribution { initializer.distribution = distribution }
    if let standardDeviation { initializer.randomStandardDeviation = standardDeviation }
    if let slope { initializer.slope = slope }
    if let gain { initializer.gain = gain }
    return initializer
  }
}

struct NetworkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "The length of the noise vector that the generator starts from, 1 to 16384.")
  var latentSize = Configuration().latentSize

  @Option(
    help: ArgumentHelp(
      "The generator's hidden layers: sizes from 1 to 16384, with commas between.",
      valueName: "sizes"))
  var generatorLayers = LayerSizes(Configuration().generatorLayers)

  @Option(
    help: ArgumentHelp(
      "The discriminator's hidden layers: sizes from 1 to 16384, with commas between.",
      valueName: "sizes"))
  var discriminatorLayers = LayerSizes(Configuration().discriminatorLayers)

  @Option(
    name: [.customLong("hidden-activation"), .customLong("activation")],
    help: "The activation behind every hidden layer.")
  var hiddenActivation = Configuration().hiddenActivation

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The leaky ReLU's slope below zero, from 0 to 1.", valueName: "slope"))
  var leakySlope = Configuration().leakySlope

  func validate() throws {
    try check("--latent-size", latentSize, in: 1...LayerSizes.largest)
    if !(0...1).contains(leakySlope) {
      throw ValidationError("--leaky-slope \(leakySlope): must be from 0 to 1.")
    }
  }

  func apply(to configuration: inout Configuration) {
    configuration.latentSize = latentSize
    configuration.generatorLayers = generatorLayers.sizes
    configuration.discriminatorLayers = discriminatorLayers.sizes
    configuration.hiddenActivation = hiddenActivation
    configuration.leakySlope = leakySlope
  }
}

struct TrainingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help:
      "How often the networks see every training image, 1 or more (default: \(Configuration().epochs))."
  )
  var epochs: Int?

  @Option(parsing: .unconditional, help: "The images in a step, 1 or more.")
  var batchSize = Configuration().batchSize

  @Option(parsing: .unconditional, help: "Adam's step size, above 0.")
  var learningRate = Configuration().learningRate

  @Option(parsing: .unconditional, help: "Adam's decay of the mean gradient, from 0 to below 1.")
  var beta1 = Configuration().beta1

  @Option(
    parsing: .unconditional, help: "Adam's decay of the mean squared gradient, from 0 to below 1.")
  var beta2 = Configuration().beta2

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop after so many steps, 1 or more, for a quick test.", valueName: "steps")
  )
  var maxSteps: Int?

  func validate() throws {
    if let epochs { try check("--epochs", epochs, in: 1...1_000_000) }
    try check("--batch-size", batchSize, in: 1...1_000_000)
    try check("--learning-rate", learningRate, above: 0)
    for (option, value) in [("--beta1", beta1), ("--beta2", beta2)] where !(0..<1).contains(value) {
      throw ValidationError("\(option) \(value): must be from 0 to below 1.")
    }
    if let maxSteps { try check("--max-steps", maxSteps, in: 1...Int(Int32.max)) }
  }

  func apply(to configuration: inout Configuration) {
    configuration.epochs = epochs ?? configuration.epochs
    configuration.batchSize = batchSize
    configuration.learningRate = learningRate
    configuration.beta1 = beta1
    configuration.beta2 = beta2
    configuration.maximumSteps = maxSteps
  }
}

/// What a comparison sets for each of its runs.
struct SeedOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "A whole number from 0. Equal seeds see equal batches and noise, whatever --init.")
  var seed = Configuration().seed

  @Option(
    parsing: .unconditional,
    help: "The threads to train on, 1 to 256; by default as many as this machine's cores.")
  var threads = SeedOptions.usableThreads

  static var usableThreads: Int {
    CPU.usableThreads(cores: CPU.coreCount, quota: CPU.quota())
  }

  func validate() throws { try check("--threads", threads, in: 1...256) }

  func apply(to configuration: inout Configuration) {
    configuration.seed = seed
    configuration.threads = threads
  }
}

struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "A directory with an MNIST-format data set; by default data/mnist, or data/digits.",
      valueName: "dir"))
  var directory: String?
}

/// The sizes of hidden layers, such as 256,512,1024.
struct LayerSizes: ExpressibleByArgument {
  static let largest = 16_384
  let sizes: [Int]

  init(_ sizes: [Int]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...32).contains(sizes.count) else { return nil }
    self.sizes = sizes.compactMap { $0 }.filter { (1...Self.largest).contains($0) }
    if self.sizes.count < sizes.count { return nil }
  }

  var defaultValueDescription: String { sizes.map(String.init).joined(separator: ",") }
}

func check(_ option: String, _ value: Int, in range: ClosedRange<Int>) throws {
  if !range.contains(value) {
    throw ValidationError(
      "\(option) \(value): must be from \(range.lowerBound) to \(range.upperBound).")
  }
}

private func check(_ option: String, _ value: Float, above bound: Float) throws {
  if !(value > bound && value.isFinite) {
    throw ValidationError("\(option) \(value): must be a number above \(bound).")
  }
}
