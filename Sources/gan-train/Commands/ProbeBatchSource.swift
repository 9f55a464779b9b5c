import ArgumentParser
import GANLab

/// The input and the gradient that `probe` makes where no run says what they are, and networks that
/// fit them.
struct ProbeBatchSource {
  private let probe: Probe
  private let dataset: ImageDataset?
  private let batchSize: Int

  /// - Throws: `ValidationError`, ``DataSetError``.
  init(_ probe: Probe) throws {
    self.probe = probe
    batchSize = probe.batchSize ?? 1024
    dataset = try probe.data.map { try ImageDataset(directory: $0) }
    if let dataset, batchSize > dataset.count {
      throw ValidationError("--batch-size \(batchSize): must be at most \(dataset.count).")
    }
  }

  var description: String {
    let deviation = probe.inputStd
    let kind = probe.data ?? (deviation == 1 ? "N(0, 1)" : "N(0, \(deviation)²)")
    return "\(batchSize) examples of \(kind)"
  }

  private var kind: Probe.Network { probe.network ?? .mlp }

  /// An mlp, or one of the GAN's networks, with fresh weights.
  func makeNetwork(_ initializer: Initializer, seed: UInt64) throws -> MLP {
    var configuration = GANConfiguration()
    NetworkOptions.rows.apply(probe.networks, to: &configuration)
    ActivationOptions.rows.apply(probe.activation, to: &configuration)
    let network: MLP
    var weights = RandomStream.Purpose.generatorWeights
    if kind == .mlp {
      let hidden = [Int](repeating: probe.width ?? 500, count: probe.layers ?? 10)
      let logits = probe.gradient == .labels ? [10] : []
      let sizes = [dataset?.pixelsPerImage ?? hidden[0]] + hidden + logits
      try Memory.check(MLP.memory(sizes: sizes, copies: 2, batchSize: 2 * batchSize))
      network = MLP(
        sizes: sizes,
        activations: hidden.map { _ in configuration.hiddenActivation }
          + logits.map { _ in .identity },
        leakySlope: configuration.leakySlope)
    } else {
      let (rows, columns) = (dataset?.rows ?? 28, dataset?.columns ?? 28)
      let data = DataDescription(images: 0, rows: rows, columns: columns, sha256: "")
      try Memory.check(GAN.memory(configuration, for: data))
      let networks = GAN.makeNetworks(configuration, for: data)
      (_, network, weights) = networks[kind == .generator ? 0 : 1]
    }
    try initializer.initialize(network, kind.rawValue, seed: seed, purpose: weights) {
      batch(network)
    }
    return network
  }

  /// - Throws: a `ValidationError` for images that do not fit.
  func input(_ network: MLP) throws -> Matrix {
    let input = batch(network)
    guard input.columns == network.inputs else {
      throw ValidationError(
        "--data: images of \(input.columns) pixels for a network of \(network.inputs) inputs.")
    }
    return input
  }

  private func batch(_ network: MLP) -> Matrix {
    if let dataset { return dataset.images(0..<batchSize) }
    let matrix = Matrix(rows: batchSize, columns: network.inputs)
    matrix.fillNormal(stream(.noise), scale: probe.inputStd)
    return matrix
  }

  /// Writes ∂loss/∂output, given the output.
  func writeGradient(_ output: Matrix, _ gradient: Matrix) throws {
    switch probe.gradient ?? .normal {
    case .normal: gradient.fillNormal(stream(.sampleGrid), scale: 1)
    case .labels:
      guard let labels = dataset?.labels?.prefix(batchSize), labels.allSatisfy({ $0 < 10 }) else {
        throw ValidationError("--gradient labels: \(probe.data ?? "") has no labels from 0 to 9.")
      }
      SoftmaxCrossEntropy.gradient(logits: output, labels: Array(labels), into: gradient)
    }
  }

  private func stream(_ purpose: RandomStream.Purpose) -> RandomStream {
    RandomStream(seed: probe.seed ?? 0, purpose: purpose)
  }
}
