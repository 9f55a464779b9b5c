import Testing

@testable import GANLab

struct InitializerTests {
  /// A scheme, what is behind the layer, and the variance by its formula for 300 → 200.
  struct Case: CustomTestStringConvertible {
    let initializer: Initializer
    let activation: Activation
    let variance: Double
    var testDescription: String { "\(initializer.label) before \(activation.rawValue)" }
  }

  static let cases: [Case] = [
    Case(initializer: Initializer(.random), activation: .relu, variance: 0.0001),
    Case(
      initializer: Initializer(.random, randomStandardDeviation: 1), activation: .tanh, variance: 1),
    Case(initializer: Initializer(.xavier), activation: .leakyReLU, variance: 2.0 / 500),
    Case(initializer: Initializer(.he), activation: .leakyReLU, variance: 2.0 / 300),
    Case(initializer: Initializer(.he), activation: .tanh, variance: 2.0 / 300),
    Case(initializer: Initializer(.xavierHe), activation: .leakyReLU, variance: 2.0 / 300),
    Case(initializer: Initializer(.xavierHe), activation: .relu, variance: 2.0 / 300),
    Case(initializer: Initializer(.xavierHe), activation: .tanh, variance: 2.0 / 500),
    Case(initializer: Initializer(.xavierHe), activation: .sigmoid, variance: 2.0 / 500),
    Case(initializer: Initializer(.xavierHe), activation: .identity, variance: 2.0 / 500),
    Case(initializer: Initializer(.lecun), activation: .relu, variance: 1.0 / 300),
    Case(initializer: Initializer(.pytorch), activation: .relu, variance: 1.0 / 900),
  ]

  @Test(arguments: cases, Initializer.Distribution.allCases)
  func `weights have the formula's mean and variance`(
    _ one: Case, distribution: Initializer.Distribution
  ) {
    var initializer = one.initializer
    initializer.distribution = distribution
    let weights = drawn(initializer, before: one.activation).layers[0].weights.elements
    let n = Double(weights.count)
    let mean = weights.reduce(0) { $0 + Double($1) } / n
    let variance = weights.reduce(0) { $0 + Double($1) * Double($1) } / n
    // The standard error of a mean square is √((kurtosis − 1) / n): 3 normal, 9/5 uniform.
    let kurtosis = distribution == .normal ? 3.0 : 1.8
    #expect(abs(mean) < 5 * (one.variance / n).squareRoot())
    #expect(abs(variance / one.variance - 1) < 5 * ((kurtosis - 1) / n).squareRoot())

    let largest = Double(weights.map(abs).max() ?? 0)
    let limit = (3 * one.variance).squareRoot()
    if distribution == .uniform {
      #expect(largest <= limit * 1.000001 && largest > 0.999 * limit)
    } else {
      #expect(largest > 2 * limit)
    }
  }

  @Test func `zeros are zeros`() {
    #expect(
      drawn(Initializer(.zeros), before: .tanh).layers[0].weights.elements.allSatisfy { $0 == 0 })
  }

  @Test func `biases are zero, but for pytorch's, which are drawn like its weights`() {
    for scheme in Initializer.Scheme.allCases {
      let biases = drawn(Initializer(scheme), before: .relu).layers[0].biases.elements
      if scheme == .pytorch {
        let limit = 1 / Float(300).squareRoot()
        #expect(Set(biases).count > 190 && biases.allSatisfy { abs($0) <= limit })
      } else {
        #expect(biases.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func `layers, networks and seeds have weights of their own`() {
    func weights(seed: UInt64, purpose: RandomStream.Purpose, layer: Int) -> [Float] {
      let network = MLP(sizes: [50, 50, 50], activations: [.relu, .relu], leakySlope: 0)
      Initializer(.xavier).initialize(network, seed: seed, purpose: purpose)
      return network.layers[layer].weights.elements
    }
    let first = weights(seed: 0, purpose: .generatorWeights, layer: 0)
    #expect(first == weights(seed: 0, purpose: .generatorWeights, layer: 0))
    #expect(first != weights(seed: 0, purpose: .generatorWeights, layer: 1))
    #expect(first != weights(seed: 0, purpose: .discriminatorWeights, layer: 0))
    #expect(first != weights(seed: 1, purpose: .generatorWeights, layer: 0))
  }

  @Test func `labels tell apart what differs`() {
    #expect(Initializer(.xavierHe).label == "xavier-he")
    #expect(Initializer(.random).label == "random")
    #expect(Initializer(.random, randomStandardDeviation: 1).label == "random:1")
    #expect(Initializer(.he, distribution: .uniform).label == "he:uniform")
    #expect(Initializer(.pytorch).label == "pytorch")
    #expect(Initializer(.pytorch, distribution: .normal).label == "pytorch:normal")
  }

  private func drawn(_ initializer: Initializer, before activation: Activation) -> MLP {
    let network = MLP(sizes: [300, 200], activations: [activation], leakySlope: 0.2)
    initializer.initialize(network, seed: 11, purpose: .generatorWeights)
    return network
  }
}
