/// The kinds of work in a training step, which a benchmark does one at a time.
public struct WorkKinds: OptionSet, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The matrix products.
  static let products = WorkKinds(rawValue: 1)
  /// Biases, activations, their derivatives, the loss.
  static let elementwise = WorkKinds(rawValue: 2)
  /// The optimiser, given the gradients.
  static let optimizer = WorkKinds(rawValue: 4)
  /// Noise, and pixels made floats.
  static let data = WorkKinds(rawValue: 8)

  static let all: WorkKinds = [.products, .elementwise, .optimizer, .data]
}
