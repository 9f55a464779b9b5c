/// Everything that decides the outcome of a classifier's run, but for the machine.
public struct ClassifierConfiguration: TrainingConfiguration {
  public var initializer = Initializer(.xavierHe)
  public var epochs = 20
  public var batchSize = 128
  public var optimizer = OptimizerKind.sgd
  public var learningRate = Self.defaultLearningRate(.sgd)
  public var momentum: Float = 0.9
  /// Kingma & Ba's: a classifier needs no lower one, as a GAN does.
  public var beta1: Float = 0.9
  public var beta2 = Adam().beta2
  public var epsilon = Adam().epsilon
  /// The outputs of the hidden layers.
  public var hiddenLayers = [512, 512]
  public var hiddenActivation = Activation.relu
  public var leakySlope: Float = 0.2
  public var seed: UInt64 = 0
  public var threads = 1
  public var maximumSteps: Int?

  public init() {}

  public static func defaultLearningRate(_ optimizer: OptimizerKind) -> Float {
    switch optimizer {
    case .sgd: 0.1
    case .momentum: 0.01
    case .adam: 0.001
    }
  }
}
