import Foundation

/// Adam (Kingma & Ba 2015, algorithm 1), by PyTorch's formula:
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// θ ← θ − α / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
struct Adam: UpdateRule {
  let learningRate, beta1, beta2, epsilon: Float

  private var factors: Elementwise.AdamFactors

  /// With the defaults of a GAN: β₁ is lower than usual (Radford et al. 2016).
  init(
    learningRate: Float = 2e-4, beta1: Float = 0.5, beta2: Float = 0.999, epsilon: Float = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    factors = Elementwise.AdamFactors()
    beginStep(1)
  }

  var stateNames: [String] { ["first_moment", "second_moment"] }

  /// In double precision until the last.
  mutating func beginStep(_ step: Int) {
    let (beta1, beta2) = (Double(beta1), Double(beta2))
    factors = Elementwise.AdamFactors(
      beta1: self.beta1, oneMinusBeta1: Float(1 - beta1),
      beta2: self.beta2, oneMinusBeta2: Float(1 - beta2),
      stepSize: Float(Double(learningRate) / (1 - pow(beta1, Double(step)))),
      secondMomentScale: Float(1 / (1 - pow(beta2, Double(step))).squareRoot()),
      epsilon: epsilon)
  }

  func update(
    _ parameters: FloatStorage, state: [FloatStorage], along gradient: UnsafePointer<Float>,
    offset: Int, count: Int
  ) {
    Elementwise.adam(
      parameters.start + offset, gradient: gradient, firstMoment: state[0].start + offset,
      secondMoment: state[1].start + offset, factors, count: count)
  }
}
