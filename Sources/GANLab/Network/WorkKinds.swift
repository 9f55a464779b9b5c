/// The kinds of work in a training step, which a benchmark does one at a time.
struct StepParts: OptionSet {
  let rawValue: Int

  /// The matrix products.
  static let products = StepParts(rawValue: 1)
  /// Biases, activations, their derivatives, the loss.
  static let elementwise = StepParts(rawValue: 2)
  /// Adam, given the gradients.
  static let optimizer = StepParts(rawValue: 4)
  /// Noise, and pixels made floats.
  static let data = StepParts(rawValue: 8)

  static let all: StepParts = [.products, .elementwise, .optimizer, .data]
}
