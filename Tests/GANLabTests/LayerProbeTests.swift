import Foundation
import Testing

@testable import GANLab

struct LayerProbeTests {
  // MARK: Against PyTorch

  /// A file of the oracle: a network, an input, a gradient, and PyTorch's statistics.
  private struct ProbeOracle: Decodable {
    struct Moments: Decodable {
      let mean: Double
      let std: Double
    }
    struct Layer: Decodable {
      let preActivation: Moments
      let activation: Moments
      let preActivationGradient: Moments
      let weightGradient: Moments
      let zeroFraction: Double
    }
    let network: Oracle.Network
    let input: [Double]
    let outputGradient: [Double]
    let layers: [Layer]
  }

  @Test(arguments: Oracle.files("probe_"))
  func `every layer's statistics agree with PyTorch's`(file: URL) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let oracle = try decoder.decode(ProbeOracle.self, from: Data(contentsOf: file))
    let network = oracle.network.makeMLP(leakySlope: 0.2)
    let input = Matrix(rows: oracle.input.count / network.inputs, columns: network.inputs)
    input.fill(oracle.input)
    let probe = LayerProbe(network, input: input) { $1.fill(oracle.outputGradient) }
    #expect(probe.layers.count == oracle.layers.count)
    for (layer, expected) in zip(probe.layers, oracle.layers) {
      for (found, expected) in [
        (layer.preActivation, expected.preActivation), (layer.activation, expected.activation),
        (layer.gradient, expected.preActivationGradient),
        (layer.weightGradient, expected.weightGradient),
      ] {
        // A mean is the small rest of large sums: it is measured by the standard deviation.
        #expect(abs(found.mean - expected.mean) <= 1e-4 * (abs(expected.mean) + 0.1 * expected.std))
        #expect(abs(found.standardDeviation - expected.std) <= 1e-4 * expected.std)
      }
      #expect(abs(layer.zeroShare - expected.zeroFraction) < 1e-9)
    }
  }

  // MARK: What the theory says, on our own draws

  /// A deep network of equal widths, standard normal input and gradient.
  private func probe(
    _ initializer: Initializer, _ activation: Activation, layers: Int, width: Int,
    batchSize: Int = 1000, inputScale: Float = 1, seed: UInt64 = 0, jacobianExamples: Int = 0
  ) -> LayerProbe {
    let network = MLP(
      sizes: [Int](repeating: width, count: layers + 1),
      activations: [Activation](repeating: activation, count: layers), leakySlope: 0.2)
    initializer.draw(network, seed: seed, purpose: .generatorWeights)
    let input = Matrix(rows: batchSize, columns: width)
    input.fillNormal(RandomStream(seed: seed, purpose: .noise), scale: inputScale)
    return LayerProbe(network, input: input, jacobianExamples: jacobianExamples) {
      $1.fillNormal(RandomStream(seed: seed, purpose: .sampleGrid))
    }
  }

  private func random(_ standardDeviation: Float) -> Initializer {
    Initializer(.random, randomStandardDeviation: standardDeviation)
  }

  /// A mean over trials with its standard error.
  private func mean(_ values: [Double]) -> (value: Double, error: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return (mean, (variance / n).squareRoot())
  }

  @Test func `weights that are too small let the signal die out, and the gradients with it`() {
    let small = probe(random(0.01), .tanh, layers: 10, width: 500)
    let xavier = probe(Initializer(.xavier), .tanh, layers: 10, width: 500)
    #expect(
      small.layers[9].activation.standardDeviation < 1e-6 * small.input.standardDeviation)
    // Each layer takes the signal to σ√n = 0.2236 of it, forward and back.
    for index in 1..<10 {
      let ratio =
        small.layers[index].activation.standardDeviation
        / small.layers[index - 1].activation.standardDeviation
      #expect(abs(ratio - 0.2236) < 0.2236 * 0.05)
    }
    // A weight's gradient is the product of both, the same small one in every layer.
    for (small, xavier) in zip(small.layers, xavier.layers) {
      #expect(
        small.weightGradient.standardDeviation < 1e-4 * xavier.weightGradient.standardDeviation)
    }
  }

  @Test func `weights that are too large saturate tanh, and gradients explode on the way back`() {
    let probe = probe(random(1), .tanh, layers: 10, width: 500)
    for layer in probe.layers { #expect((layer.saturatedShare ?? 0) > 0.9) }
    for (front, next) in zip(probe.layers, probe.layers.dropFirst()) {
      #expect(front.gradient.standardDeviation > 3 * next.gradient.standardDeviation)
    }
    // Though the derivative of tanh is nearly zero for most units: of the last layer's, whose
    // incoming gradient is standard normal, few pass more than a hundredth of it.
    let passed = probe.layers[9].gradient.standardDeviation
    #expect(passed > 0.1 && passed < 0.25)
  }

  @Test func `weights of zero give zeros, and only the last bias a gradient`() {
    for activation in [Activation.tanh, .relu, .leakyReLU] {
      let probe = probe(Initializer(.zeros), activation, layers: 4, width: 50)
      for (index, layer) in probe.layers.enumerated() {
        #expect(layer.zeroShare == 1)
        #expect(layer.weightGradient.rootMeanSquare == 0)
        // A ReLU at zero passes nothing, and a leaky one its slope.
        let hasGradient = index == 3 && activation != .relu
        #expect((layer.biasGradient.rootMeanSquare > 0) == hasGradient)
      }
    }
  }

  @Test func `xavier keeps tanh's signal within a factor of three over ten layers`() {
    let probe = probe(Initializer(.xavier), .tanh, layers: 10, width: 500)
    let deviations = probe.layers.map(\.activation.standardDeviation)
    #expect(deviations == deviations.sorted(by: >), "decays")
    #expect(deviations[0] / deviations[9] < 3)
  }

  /// Small weights leave a sigmoid's mean at a half, but nothing of the signal; the mean alone
  /// shows nothing.
  @Test func `sigmoids lose the signal to small weights, saturate with large ones`() {
    let small = probe(random(0.01), .sigmoid, layers: 4, width: 500)
    let large = probe(random(1), .sigmoid, layers: 4, width: 500)
    let xavier = probe(Initializer(.xavier), .sigmoid, layers: 4, width: 500)
    for index in 0..<4 {
      #expect(abs(small.layers[index].activation.mean - 0.5) < 0.01)
      #expect((large.layers[index].saturatedShare ?? 0) > 0.7)
      #expect((xavier.layers[index].saturatedShare ?? 1) < 0.01)
      #expect(abs(xavier.layers[index].activation.mean - 0.5) < 0.02)
    }
    #expect(small.layers[3].activation.standardDeviation < 0.035)
    #expect(
      small.layers[0].weightGradient.standardDeviation
        < 0.05 * xavier.layers[0].weightGradient.standardDeviation)
  }

  @Test func `he keeps a ReLU's mean square, xavier halves it`() {
    func ratios(_ scheme: Initializer.Scheme) -> [Double] {
      (0..<20).flatMap { seed in
        let probe = probe(
          Initializer(scheme), .relu, layers: 30, width: 128, batchSize: 128, seed: UInt64(seed))
        let squares = probe.layers.map {
          $0.activation.rootMeanSquare * $0.activation.rootMeanSquare
        }
        return zip(squares.dropFirst(), squares).map { $0 / $1 }
      }
    }
    let (he, xavier) = (mean(ratios(.he)), mean(ratios(.xavier)))
    #expect(abs(he.value - 1) < 4 * he.error && he.error < 0.02, "\(he)")
    #expect(abs(xavier.value - 0.5) < 4 * xavier.error && xavier.error < 0.01, "\(xavier)")
    // With the same draws xavier's signal is he's divided by √2 a layer.
    let depth = 30
    let (a, b) = (
      probe(Initializer(.he), .relu, layers: depth, width: 128),
      probe(Initializer(.xavier), .relu, layers: depth, width: 128)
    )
    let ratio =
      b.layers[depth - 1].activation.rootMeanSquare / a.layers[depth - 1].activation.rootMeanSquare
    #expect(abs(ratio / pow(2, -15) - 1) < 1e-3)
  }

  /// Glorot & Bengio 2010, section 4: five layers of 1,000 units. Their input is not stated; what
  /// both rows of figures imply for the first layer is a standard deviation of 0.289 = 1/√12. Their "standard"
  /// U(±1/√n) has no biases, so it is not what PyTorch does: see `pytorch has biases` below.
  @Test func `the figures of Glorot and Bengio come out`() {
    let standard = Initializer(.lecun, distribution: .uniform, gain: 1 / Float(3).squareRoot())
    let cases: [(Initializer, [Double], singularValue: Double)] = [
      (standard, [0.164, 0.094, 0.054, 0.031, 0.018], 0.5),
      (Initializer(.xavier, distribution: .uniform), [0.268, 0.248, 0.232, 0.222, 0.213], 0.8),
    ]
    for (initializer, published, singularValue) in cases {
      let probes = (0..<5).map {
        probe(
          initializer, .tanh, layers: 5, width: 1000, batchSize: 1024, inputScale: 0.2887,
          seed: UInt64($0), jacobianExamples: $0 == 0 ? 1 : 0)
      }
      for (index, published) in published.enumerated() {
        let found = mean(probes.map { $0.layers[index].activation.standardDeviation })
        // They were read off networks of their own, with three digits.
        #expect(
          abs(found.value - published) < 0.025 * published + 4 * found.error,
          "layer \(index + 1): \(found), published \(published)")
        #expect(abs((probes[0].layers[index].jacobianSingularValue ?? 0) - singularValue) < 0.05)
      }
    }
    let gradients = probe(
      Initializer(.xavier, distribution: .uniform), .tanh, layers: 5, width: 1000,
      inputScale: 0.2887
    ).layers.map(\.gradient.standardDeviation)
    #expect((gradients.max() ?? 0) / (gradients.min() ?? 1) < 1.5)
  }

  @Test func `pytorch has biases, which keep its signal from falling below theirs`() {
    let probe = probe(
      Initializer(.pytorch), .tanh, layers: 5, width: 1000, inputScale: 0.2887)
    // Not 0.018: the biases' own 1/√(3·1000) is added in every layer.
    #expect((0.025...0.035).contains(probe.layers[4].activation.standardDeviation))
  }

  /// Lu, Shin, Su & Karniadakis 2019: of networks with L layers, L − 1 of them ReLU layers of
  /// width N, at most 1 − (1 − 2^−N)^(L−1) are born dead.
  @Test(arguments: [2, 3, 5, 10])
  func `narrow ReLU networks are born dead as often as the bound allows, and no more`(width: Int) {
    let trials = 2000
    let dead = (0..<trials).count { seed in
      probe(
        Initializer(.he), .relu, layers: 9, width: width, batchSize: 200, seed: UInt64(seed)
      ).isDead
    }
    let bound = 1 - pow(1 - pow(2, -Double(width)), 9)
    let error = (bound * (1 - bound) / Double(trials)).squareRoot()
    let share = Double(dead) / Double(trials)
    #expect(share < bound + 4 * error, "\(share), bound \(bound)")
    // Far below it where the input has as many dimensions as the layers, as here.
    if width <= 5 { #expect(share > bound / 8, "\(share), bound \(bound)") }
  }

  // MARK: Its parts

  @Test func `signals that overflow are counted, not hidden`() {
    let probe = probe(random(100), .relu, layers: 30, width: 100, batchSize: 10)
    #expect(!probe.layers[29].activation.standardDeviation.isFinite)
    #expect(probe.layers[0].activationHistogram.counts.reduce(0, +) == 1000)
  }

  @Test func `a classifier's gradient is that of softmax and cross-entropy`() {
    let logits = Matrix(rows: 2, columns: 3)
    (logits[0, 0], logits[0, 2], logits[1, 1]) = (1, -1, 1000)
    let gradient = Matrix(rows: 2, columns: 3)
    SoftmaxCrossEntropy.gradient(logits: logits, labels: [2, 1], into: gradient)
    let e = exp(1.0)
    let sum = e + 1 + 1 / e
    expectClose(
      gradient.elements, [e / sum / 2, 1 / sum / 2, (1 / e / sum - 1) / 2, 0, 0, 0])
  }
}
