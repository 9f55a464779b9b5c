import Testing

@testable import GANLab

/// The rule that says whether a network will learn, on networks about which there is no doubt.
struct VerdictTests {
  private func verdict(
    _ activation: Activation, _ label: String, layers: Int, optimizer: OptimizerKind = .sgd
  ) throws -> Verdict {
    let width = 64
    let network = MLP(
      sizes: [Int](repeating: width, count: layers + 1) + [10],
      activations: [Activation](repeating: activation, count: layers) + [.identity],
      leakySlope: 0.2)
    let initializer = try Initializer(label: label)
    initializer.draw(network, seed: 1, purpose: .classifierWeights)
    let input = Matrix(rows: 50, columns: width)
    input.fillNormal(seed: 2)
    let labels = (0..<50).map { UInt8($0 % 10) }
    let probe = LayerProbe(network, input: input) {
      SoftmaxCrossEntropy.gradient(logits: $0, labels: labels, into: $1)
    }
    return Verdict(
      probe, SignalPrediction(network, initializer, probe), optimizer: optimizer)
  }

  @Test(
    arguments: [
      (.tanh, "random:0.001", 8, .signalVanishes, .vanishes),
      (.tanh, "lecun:gain=0.5:bias=1", 20, .inputsBecomeAlike, .survives),
      (.tanh, "lecun:gain=8", 30, .signalExplodes, .explodes),
      (.tanh, "lecun:gain=2.5", 40, .gradientExplodes, .survives),
      (.relu, "he:gain=2", 20, .signalExplodes, .explodes),
      (.tanh, "zeros", 3, .signalVanishes, .vanishes),
      (.tanh, "xavier", 5, nil, .survives),
      (.relu, "he", 5, nil, .survives),
      (.selu, "lecun", 8, nil, .survives),
    ] as [(Activation, String, Int, Verdict.Obstacle?, Verdict.Signal)])
  func `what is beyond doubt`(
    activation: Activation, label: String, layers: Int, obstacle: Verdict.Obstacle?,
    signal: Verdict.Signal
  ) throws {
    let found = try verdict(activation, label, layers: layers)
    #expect(found.obstacle == obstacle && found.isLikely == (obstacle == nil))
    #expect(found.signal == signal)
  }

  @Test func `Adam can do with smaller gradients`() throws {
    let label = "lecun:gain=0.7"
    #expect(try !verdict(.tanh, label, layers: 15).isLikely)
    #expect(try verdict(.tanh, label, layers: 15, optimizer: .adam).isLikely)
  }

  @Test func `the depth that theory allows is six of its scales`() throws {
    let found = try verdict(.tanh, "lecun:gain=0.70710678", layers: 4)
    // Without biases ξ = 1 / |ln σ_w²|.
    #expect(abs(try #require(found.allowedDepth) - 6 / 0.6931) < 0.01)
    #expect(found.depth == 5)
    let orthogonal = try verdict(.tanh, "orthogonal", layers: 4)
    #expect(orthogonal.depthScale == .infinity)
  }

  /// The spread is what is left when what all rows share is taken away.
  @Test func `the spread is over the batch, not over the units`() throws {
    let network = MLP(sizes: [2, 2], activations: [.identity], leakySlope: 0)
    Initializer(.zeros).draw(network, seed: 0, purpose: .classifierWeights)
    let layer = network.layers[0]
    (layer.weights[0, 0], layer.weights[1, 1]) = (1, 1)
    (layer.biases[0, 0], layer.biases[0, 1]) = (100, -7)
    let input = Matrix(rows: 2, columns: 2)
    (input[0, 0], input[1, 0], input[0, 1], input[1, 1]) = (1, -1, 3, -3)
    let probe = LayerProbe(network, input: input) { _, gradient in gradient.fillNormal(seed: 1) }
    // Variances 1 and 9.
    #expect(abs(probe.layers[0].spread - 5.0.squareRoot()) < 1e-5)
  }
}
