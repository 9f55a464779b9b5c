/// Stochastic gradient descent: θ ← θ − αg.
struct GradientDescent: UpdateRule {
  let learningRate: Float

  var stateNames: [String] { [] }
  var multiple: Float? { -learningRate }

  mutating func beginStep(_ step: Int) {}

  func update(
    _ parameters: FloatStorage, state: [FloatStorage], along gradient: UnsafePointer<Float>,
    offset: Int, count: Int
  ) {
    Elementwise.descend(
      parameters.start + offset, gradient: gradient, learningRate: learningRate, count: count)
  }
}

/// Gradient descent with momentum (Polyak 1964), by PyTorch's formula: v ← μv + g, θ ← θ − αv.
struct Momentum: UpdateRule {
  let learningRate, momentum: Float

  var stateNames: [String] { ["momentum"] }

  mutating func beginStep(_ step: Int) {}

  func update(
    _ parameters: FloatStorage, state: [FloatStorage], along gradient: UnsafePointer<Float>,
    offset: Int, count: Int
  ) {
    Elementwise.momentum(
      parameters.start + offset, gradient: gradient, velocity: state[0].start + offset,
      momentum: momentum, learningRate: learningRate, count: count)
  }
}
