/// Everything that decides the outcome of a run, but for the machine. Each kind of training has its
/// own; this is what they share.
///
/// Stored as JSON, with the names of the properties in snake_case as keys. What an older run's lacks
/// is read as the default.
public protocol TrainingConfiguration: Codable, Equatable, Sendable {
  /// The defaults.
  init()

  var initializer: Initializer { get set }
  /// How often every training image is seen.
  var epochs: Int { get set }
  /// The images in a step.
  var batchSize: Int { get set }
  /// Adam's α, β₁, β₂ and ε.
  var learningRate: Float { get set }
  var beta1: Float { get set }
  var beta2: Float { get set }
  var epsilon: Float { get set }
  var seed: UInt64 { get set }
  var threads: Int { get set }
  /// Ends training after so many steps, in the middle of an epoch if need be.
  var maximumSteps: Int? { get set }
}

extension TrainingConfiguration {
  var updateRule: any UpdateRule {
    Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}
