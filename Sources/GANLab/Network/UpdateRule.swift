/// How parameters follow their gradient: the rule of an optimiser, without the network.
///
/// ``Optimizer`` goes through a network block by block and keeps the rule's state.
protocol UpdateRule: Sendable {
  /// What the rule keeps beside each parameter, by the names that checkpoints use.
  var stateNames: [String] { get }

  /// For a rule that only adds a multiple of the gradient to the parameters, that multiple: the product
  /// that makes a gradient can add to the weights itself. Nil for any other rule.
  var multiple: Float? { get }

  /// Prepares the factors of step `step`, counted from 1.
  mutating func beginStep(_ step: Int)

  /// Updates `count` parameters from `offset` on along their gradient.
  ///
  /// - Parameter state: a storage for each of ``stateNames``, in the layout of `parameters`.
  /// - Parameter gradient: `count` numbers.
  func update(
    _ parameters: FloatStorage, state: [FloatStorage], along gradient: UnsafePointer<Float>,
    offset: Int, count: Int)
}

extension UpdateRule {
  var multiple: Float? { nil }
}
