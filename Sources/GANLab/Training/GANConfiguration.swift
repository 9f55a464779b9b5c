/// Everything that decides the outcome of a GAN's run, but for the machine.
public struct GANConfiguration: TrainingConfiguration {
  public var initializer = Initializer(.xavierHe)
  /// In place of ``initializer`` for one of the networks.
  public var generatorInitializer: Initializer?
  public var discriminatorInitializer: Initializer?
  public var epochs = 20
  public var batchSize = 128
  public var optimizer = OptimizerKind.adam
  public var learningRate = Self.defaultLearningRate(.adam)
  public var momentum: Float = 0.9
  public var beta1 = Adam().beta1
  public var beta2 = Adam().beta2
  public var epsilon = Adam().epsilon
  /// The length of the generator's noise vector.
  public var latentSize = 100
  /// The outputs of the generator's hidden layers.
  public var generatorLayers = [256, 512, 1024]
  /// The outputs of the discriminator's hidden layers.
  public var discriminatorLayers = [1024, 512, 256]
  public var hiddenActivation = Activation.leakyReLU
  public var leakySlope: Float = 0.2
  public var seed: UInt64 = 0
  public var threads = 1
  public var maximumSteps: Int?

  public init() {}

  public func initializer(of network: String) -> Initializer {
    (network == "generator" ? generatorInitializer : discriminatorInitializer) ?? initializer
  }

  /// Such as "xavier-he", or "generator=random+discriminator=he" where they differ by option.
  public var initializationLabel: String {
    if generatorInitializer == nil && discriminatorInitializer == nil { return initializer.label }
    return ["generator", "discriminator"].map { "\($0)=\(initializer(of: $0).label)" }
      .joined(separator: "+")
  }

  public static func defaultLearningRate(_ optimizer: OptimizerKind) -> Float {
    switch optimizer {
    // With 0.1, which suits a classifier, the discriminator diverges within ten steps.
    case .sgd: 0.01
    case .momentum: 0.001
    case .adam: Adam().learningRate
    }
  }
}
