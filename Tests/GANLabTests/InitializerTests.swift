import Foundation
import Testing

@testable import GANLab

struct InitializerTests {
  /// A scheme, the activation after the layer, and the variance by its formula for 300 → 200.
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
    Case(initializer: Initializer(.he, slope: 0.2), activation: .relu, variance: 2.0 / 1.04 / 300),
    Case(initializer: Initializer(.lecun, gain: 0.5), activation: .relu, variance: 0.25 / 300),
    Case(initializer: Initializer(.lecun), activation: .relu, variance: 1.0 / 300),
    Case(initializer: Initializer(.pytorch), activation: .relu, variance: 1.0 / 900),
    Case(initializer: Initializer(.xavierHe), activation: .softsign, variance: 2.0 / 500),
    Case(initializer: Initializer(.xavierHe), activation: .selu, variance: 1.0 / 300),
    Case(initializer: Initializer(.he, mode: .fanOut), activation: .relu, variance: 2.0 / 200),
    Case(initializer: Initializer(.he, mode: .fanAverage), activation: .relu, variance: 2.0 / 250),
    Case(initializer: Initializer(.lecun, mode: .fanOut), activation: .selu, variance: 1.0 / 200),
    Case(
      initializer: Initializer(.lecun, mode: .fanAverage), activation: .selu, variance: 1.0 / 250),
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
    // The standard error of a mean square is √((kurtosis − 1) / n): 3 normal, 9/5 uniform, and
    // between these where the normal's tails are cut off.
    let kurtosis = distribution == .uniform ? 1.8 : 3.0
    #expect(abs(mean) < 5 * (one.variance / n).squareRoot())
    #expect(abs(variance / one.variance - 1) < 5 * ((kurtosis - 1) / n).squareRoot())

    let largest = Double(weights.map(abs).max() ?? 0)
    let deviation = one.variance.squareRoot()
    switch distribution {
    case .normal: #expect(largest > 3 * deviation)
    case .uniform: #expect((0.999...1.000001).contains(largest / (3.squareRoot() * deviation)))
    case .truncatedNormal:
      #expect((0.999...1.000001).contains(largest / (2 * deviation / 0.87962566)))
    }

    // The Kolmogorov–Smirnov distance is below 1.95 / √n in 999 of 1000 such draws.
    let distance = kolmogorovSmirnov(weights.map { Double($0) / deviation }) { x in
      switch distribution {
      case .normal: Self.normal(x)
      case .uniform: min(max((x / 3.0.squareRoot() + 1) / 2, 0), 1)
      case .truncatedNormal:
        min(max((Self.normal(x * 0.87962566) - Self.normal(-2)) / (1 - 2 * Self.normal(-2)), 0), 1)
      }
    }
    #expect(distance < 1.95 / n.squareRoot())
  }

  private static func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// The greatest distance between the sample's distribution and the one expected.
  private func kolmogorovSmirnov(_ sample: [Double], _ expected: (Double) -> Double) -> Double {
    let n = Double(sample.count)
    return sample.sorted().enumerated().reduce(0) { greatest, item in
      let value = expected(item.element)
      return max(greatest, value - Double(item.offset) / n, Double(item.offset + 1) / n - value)
    }
  }

  @Test(arguments: [(300, 200), (200, 300), (50, 50)])
  func `orthogonal weights have singular values of the gain`(inputs: Int, outputs: Int) throws {
    let network = MLP(sizes: [inputs, outputs], activations: [.tanh], leakySlope: 0)
    Initializer(.orthogonal, gain: 1.5).draw(network, seed: 1, purpose: .generatorWeights)
    let values = try #require(LinearAlgebra.singularValues(network.layers[0].weights))
    #expect(values.count == min(inputs, outputs))
    #expect(values.allSatisfy { abs($0 - 1.5) < 1e-4 })
    let elements = network.layers[0].weights.elements
    #expect(elements.contains { $0 > 0.1 } && elements.contains { $0 < -0.1 })
  }

  @Test func `singular values are those of a matrix that has them`() throws {
    let matrix = Matrix(rows: 3, columns: 2)
    // 3 and 2 along axes that are turned.
    (matrix[0, 0], matrix[0, 1], matrix[2, 0], matrix[2, 1]) = (1.8, 2.4, -1.6, 1.2)
    let values = try #require(LinearAlgebra.singularValues(matrix))
    #expect(abs(values[0] - 3) < 1e-5 && abs(values[1] - 2) < 1e-5)
    matrix[0, 0] = .nan
    #expect(LinearAlgebra.singularValues(matrix) == nil)
  }

  @Test func `gain and slope scale the weights`() {
    func weights(_ initializer: Initializer) -> [Float] {
      drawn(initializer, before: .relu).layers[0].weights.elements
    }
    let plain = weights(Initializer(.he))
    expectClose(weights(Initializer(.he, gain: 3)), plain.map { 3 * Double($0) })
    let factor = 1 / (1 + 0.2 * 0.2).squareRoot()
    expectClose(weights(Initializer(.he, slope: 0.2)), plain.map { factor * Double($0) })
    expectClose(weights(Initializer(.xavierHe, slope: 0.2)), plain.map { factor * Double($0) })
  }

  @Test func `zeros are zeros`() {
    #expect(
      drawn(Initializer(.zeros), before: .tanh).layers[0].weights.elements.allSatisfy { $0 == 0 })
  }

  @Test func `biases are zero, but for pytorch's, which are drawn like its weights`() {
    for scheme in Initializer.Scheme.allCases where scheme != .file {
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
      Initializer(.xavier).draw(network, seed: seed, purpose: purpose)
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
    #expect(Initializer(.he, slope: 0.2, gain: 2).label == "he:slope=0.2:gain=2")
    #expect(Initializer(.xavier, distribution: .truncatedNormal).label == "xavier:truncated-normal")
    #expect(Initializer(.pytorch).label == "pytorch")
    #expect(Initializer(.pytorch, distribution: .normal).label == "pytorch:normal")
  }

  private func drawn(_ initializer: Initializer, before activation: Activation) -> MLP {
    let network = MLP(sizes: [300, 200], activations: [activation], leakySlope: 0.2)
    initializer.draw(network, seed: 11, purpose: .generatorWeights)
    return network
  }
}
