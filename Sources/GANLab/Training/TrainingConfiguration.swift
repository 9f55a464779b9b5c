/// Everything that decides the outcome of a run, but for the machine. Each kind of training has its
/// own; this is what they share.
///
/// Stored as JSON, with the names of the properties in snake_case as keys. What an older run's lacks
/// is read as the default.
public protocol TrainingConfiguration: Codable, Equatable, Sendable {
  /// The defaults.
  init()

  var initializer: Initializer { get set }
  var hiddenActivation: Activation { get set }
  /// The slope below zero of leaky ReLUs.
  var leakySlope: Float { get set }
  /// How often every training image is seen.
  var epochs: Int { get set }
  /// The images in a step.
  var batchSize: Int { get set }
  var optimizer: OptimizerKind { get set }
  /// The optimiser's step size α.
  var learningRate: Float { get set }
  /// Momentum's μ; the other optimisers ignore it.
  var momentum: Float { get set }
  /// Adam's β₁, β₂ and ε; the other optimisers ignore them.
  var beta1: Float { get set }
  var beta2: Float { get set }
  var epsilon: Float { get set }
  var seed: UInt64 { get set }
  var threads: Int { get set }
  /// Ends training after so many steps, in the middle of an epoch if need be.
  var maximumSteps: Int? { get set }

  /// How the weights of one of its networks are drawn.
  func initializer(of network: String) -> Initializer
  /// What tables and directories call the initialisation.
  var initializationLabel: String { get }

  /// The learning rate of those who name an optimiser only.
  static func defaultLearningRate(_ optimizer: OptimizerKind) -> Float
}

/// How parameters follow their gradients.
public enum OptimizerKind: String, Codable, Sendable, CaseIterable {
  /// Plain stochastic gradient descent.
  case sgd
  case momentum
  case adam
}

extension TrainingConfiguration {
  public func initializer(of network: String) -> Initializer { initializer }
  public var initializationLabel: String { initializer.label }

  var updateRule: any UpdateRule {
    switch optimizer {
    case .sgd: GradientDescent(learningRate: learningRate)
    case .momentum: Momentum(learningRate: learningRate, momentum: momentum)
    case .adam: Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
  }
}
