/// A GAN as an ``Experiment`` trains it: networks from a configuration, noise and images to each
/// step, samples from noise that stays the same.
extension GAN: Trainable {
  public static var kind: RunKind { .gan }

  public static func makeNetworks(
    _ configuration: GANConfiguration, for data: DataDescription
  ) -> [(name: String, network: MLP, weights: RandomStream.Purpose)] {
    func mlp(_ sizes: [Int], output: Activation) -> MLP {
      let hidden = [Activation](repeating: configuration.hiddenActivation, count: sizes.count - 2)
      return MLP(
        sizes: sizes, activations: hidden + [output], leakySlope: configuration.leakySlope)
    }
    let (generator, discriminator) = sizes(configuration, pixels: data.pixelsPerImage)
    return [
      ("generator", mlp(generator, output: .tanh), .generatorWeights),
      ("discriminator", mlp(discriminator, output: .identity), .discriminatorWeights),
    ]
  }

  private static func sizes(
    _ configuration: GANConfiguration, pixels: Int
  ) -> (generator: [Int], discriminator: [Int]) {
    (
      [configuration.latentSize] + configuration.generatorLayers + [pixels],
      [pixels] + configuration.discriminatorLayers + [1]
    )
  }

  public static func memory(_ configuration: GANConfiguration, for data: DataDescription) -> Int {
    let (generator, discriminator) = sizes(configuration, pixels: data.pixelsPerImage)
    let copies = 1 + configuration.updateRule.stateNames.count
    return MLP.memory(sizes: generator, copies: copies, batchSize: configuration.batchSize)
      + MLP.memory(sizes: discriminator, copies: copies, batchSize: 2 * configuration.batchSize)
  }

  /// Noise for the generator, the first images for the discriminator.
  public static func initialBatch(
    _ network: String, _ configuration: GANConfiguration, _ data: TrainingData
  ) -> Matrix {
    if network == "generator" {
      return sampleNoise(
        seed: configuration.seed, count: configuration.batchSize,
        latentSize: configuration.latentSize)
    }
    return data.train.images(0..<configuration.batchSize)
  }

  /// The generator that a run begins with.
  ///
  /// - Throws: ``StorageError`` where weights come from a file that does not fit.
  package static func untrainedGenerator(
    _ configuration: GANConfiguration, _ data: TrainingData
  ) throws(StorageError) -> MLP {
    let (name, generator, weights) = makeNetworks(configuration, for: data.train.dimensions)[0]
    try configuration.initializer(of: name).initialize(
      generator, name, seed: configuration.seed, purpose: weights
    ) { initialBatch(name, configuration, data) }
    return generator
  }

  public convenience init(_ configuration: GANConfiguration, networks: [MLP]) {
    self.init(
      generator: networks[0], discriminator: networks[1],
      batchSize: configuration.batchSize, rule: configuration.updateRule,
      threads: configuration.threads, seed: configuration.seed)
  }

  public var networks: [TrainedNetwork] {
    [
      TrainedNetwork(name: "generator", network: generator, optimizer: generatorOptimizer),
      TrainedNetwork(
        name: "discriminator", network: discriminator, optimizer: discriminatorOptimizer),
    ]
  }

  public func step(_ number: Int, on images: ImageBatch) -> GANStatistics {
    let stream = RandomStream(seed: seed, purpose: .noise, substream: number)
    return step(
      real: { rows, target in images.copy(rows, into: target) },
      noise: { rows, target in
        for row in rows { stream.fillNormal(target.row(row - rows.lowerBound), row: row) }
      })
  }

  /// A step computes the losses in this order, so the first to fail tells whose fault it is.
  public static func divergedNetwork(_ statistics: GANStatistics) -> String? {
    if !statistics.discriminatorLossReal.isFinite { return "discriminator" }
    if !statistics.discriminatorLossFake.isFinite { return "generator" }
    if !statistics.generatorLoss.isFinite { return "discriminator" }
    return nil
  }

  // MARK: Probes

  /// For the generator the noise of the samples, with the gradient of its loss; for the discriminator
  /// the first images, with the gradient of its loss on real ones.
  public func probeBatches(_ data: TrainingData, count: Int) -> [ProbeBatch] {
    let images = data.train.images(0..<min(count, data.train.count))
    return [
      ProbeBatch(name: "generator", network: generator, input: sampleNoise) { fakes, gradient in
        let network = self.discriminator.split(across: 1)
        let batch = LayerBuffers(of: network, batchSize: fakes.rows)
        batch.input.copy(from: fakes)
        network.forward(batch, rows: 0..<fakes.rows, .single)
        Self.writeGradient(ofLogits: batch.output, label: .real, into: batch.outputGradient)
        network.backward(batch, rows: 0..<fakes.rows, inputGradient: gradient, .single)
      },
      ProbeBatch(name: "discriminator", network: discriminator, input: images) {
        Self.writeGradient(ofLogits: $0, label: .real, into: $1)
      },
    ]
  }

  /// Writes ∂(mean loss)/∂logit, [batch, 1].
  private static func writeGradient(
    ofLogits logits: Matrix, label: BinaryCrossEntropy.Label, into gradient: Matrix
  ) {
    for row in 0..<logits.rows {
      gradient[row, 0] =
        BinaryCrossEntropy.gradient(logit: logits[row, 0], label: label) / Float(logits.rows)
    }
  }

  // MARK: Samples

  public var constants: [(name: String, matrix: Matrix)] { [("sample_noise", sampleNoise)] }

  public var imageGenerator: MLP? { generator }

  public func samples(count: Int) -> [[UInt8]]? {
    Self.images(by: generator, from: sampleNoise.rows(0..<count))
  }

  /// Noise for samples, [count, latentSize]; with a run's seed the run's own.
  package static func sampleNoise(seed: UInt64, count: Int, latentSize: Int) -> Matrix {
    let noise = Matrix(rows: count, columns: latentSize)
    noise.fillNormal(RandomStream(seed: seed, purpose: .sampleGrid))
    return noise
  }

  /// What `generator` makes of `noise`, [count, latent size].
  ///
  /// - Returns: [count][pixels], 0 … 255.
  package static func images(by generator: MLP, from noise: Matrix) -> [[UInt8]] {
    let output = generator.output(of: noise)
    return (0..<output.rows).map { output.row($0).map(ImageDataset.byte(ofPixel:)) }
  }

  // MARK: Benchmarks

  /// 2 · batch · inputs · outputs for each product of a layer: for the generator one forward,
  /// one for the weights' gradient and, but for the first layer, one for the inputs'; for the
  /// discriminator the same on a batch of twice the size, and another forward and a gradient of
  /// the inputs, the first layer's too, on the fakes.
  public var operationsPerStep: Int {
    func operations(_ network: MLP, products: (_ layer: Int) -> Int) -> Int {
      network.layers.enumerated().reduce(0) { sum, layer in
        sum + products(layer.offset) * 2 * batchSize * layer.element.inputs * layer.element.outputs
      }
    }
    return operations(generator) { $0 == 0 ? 2 : 3 }
      + operations(discriminator) { 2 * ($0 == 0 ? 2 : 3) + 2 }
  }
}
