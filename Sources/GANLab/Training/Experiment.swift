import Foundation

/// Everything that decides the outcome of a run, but for the machine.
public struct Configuration: Sendable, Equatable, Codable {
  public var initializer = Initializer(.xavierHe)
  public var epochs = 20
  public var batchSize = 128
  public var learningRate: Float = 2e-4
  public var beta1: Float = 0.5
  public var beta2: Float = 0.999
  public var latentSize = 100
  /// The outputs of the generator's hidden layers.
  public var generatorLayers = [256, 512, 1024]
  /// The outputs of the discriminator's hidden layers.
  public var discriminatorLayers = [1024, 512, 256]
  public var hiddenActivation = Activation.leakyReLU
  public var leakySlope: Float = 0.2
  public var seed: UInt64 = 0
  public var threads = 1
  /// Ends training after so many steps, in the middle of an epoch if need be.
  public var maximumSteps: Int?

  public init() {}

  /// A generator of these sizes, without weights yet.
  public func makeGenerator(pixels: Int) -> MLP {
    MLP(
      sizes: [latentSize] + generatorLayers + [pixels],
      activations: generatorLayers.map { _ in hiddenActivation } + [.tanh], leakySlope: leakySlope)
  }

  /// A discriminator of these sizes, without weights yet.
  public func makeDiscriminator(pixels: Int) -> MLP {
    MLP(
      sizes: [pixels] + discriminatorLayers + [1],
      activations: discriminatorLayers.map { _ in hiddenActivation } + [.identity],
      leakySlope: leakySlope)
  }
}

/// What one epoch, or the part of it that ran, came to.
public struct EpochRecord: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  /// Steps since the beginning of the run.
  public var step: Int
  /// Means over the epoch's steps.
  public var statistics: GANStatistics
  /// The time that the epoch's steps took, in seconds.
  public var seconds: Double
  /// Real images a second.
  public var imagesPerSecond: Double
}

/// How far a run has come. With the seed it is all that a run's randomness depends on.
public struct Position: Sendable, Equatable, Codable {
  /// Whole epochs that were run.
  public var epochs = 0
  /// Steps of the next epoch that were run.
  public var stepsIntoEpoch = 0
  /// Sums over those steps.
  public var epochSums = GANStatistics()
  /// The time that those steps took, in seconds.
  public var seconds = 0.0

  public init() {}
}

/// What can end a run before its time.
public enum ExperimentError: Error, Equatable, Sendable {
  case nonFiniteLoss(epoch: Int, step: Int, network: String, GANStatistics)
  case nonFiniteWeights(step: Int, network: String, layer: Int)
}

extension ExperimentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nonFiniteLoss(let epoch, let step, let network, let statistics):
      "training diverged at step \(step) (epoch \(epoch)), in the \(network): discriminator loss "
        + "\(statistics.discriminatorLoss), generator loss \(statistics.generatorLoss), expected "
        + "finite numbers. Try a lower --learning-rate, or an --init with smaller weights."
    case .nonFiniteWeights(let step, let network, let layer):
      "training diverged at step \(step), in the \(network): a weight of layer \(layer) is not a "
        + "finite number. Try a lower --learning-rate, or an --init with smaller weights."
    }
  }
}

/// A training run: networks initialised by a configuration and trained on one data set, an epoch
/// at a time.
public final class Experiment {
  public let configuration: Configuration
  public let gan: GAN
  private let dataset: ImageDataset
  public internal(set) var position = Position()
  /// The noise that samples are drawn from, the same throughout a run: [64, latent size], N(0, 1).
  public let sampleNoise: Matrix

  public static let sampleCount = 64

  /// - Precondition: there are at least `configuration.batchSize` images.
  public init(_ configuration: Configuration, dataset: ImageDataset) {
    precondition(
      dataset.count >= configuration.batchSize,
      "batches of \(configuration.batchSize) from \(dataset.count) images")
    self.configuration = configuration
    self.dataset = dataset
    let generator = configuration.makeGenerator(pixels: dataset.pixelsPerImage)
    let discriminator = configuration.makeDiscriminator(pixels: dataset.pixelsPerImage)
    let initializer = configuration.initializer
    initializer.initialize(generator, seed: configuration.seed, purpose: .generatorWeights)
    initializer.initialize(discriminator, seed: configuration.seed, purpose: .discriminatorWeights)
    gan = GAN(
      generator: generator, discriminator: discriminator, batchSize: configuration.batchSize,
      adam: Adam.Settings(
        learningRate: configuration.learningRate, beta1: configuration.beta1,
        beta2: configuration.beta2),
      threads: configuration.threads)
    sampleNoise = Self.noise(
      seed: configuration.seed, count: Self.sampleCount, latentSize: configuration.latentSize)
  }

  /// Steps that were run.
  public var step: Int { position.epochs * stepsPerEpoch + position.stepsIntoEpoch }

  /// The last partial batch of an epoch is dropped, so that every step has one shape.
  public var stepsPerEpoch: Int { dataset.count / configuration.batchSize }

  public var isFinished: Bool {
    position.epochs >= configuration.epochs || step >= (configuration.maximumSteps ?? .max)
  }

  /// Trains to the end of an epoch, or until `maximumSteps`.
  ///
  /// - Parameter continues: called after each step with its losses; training stops when it says
  ///   false.
  /// - Returns: the epoch's record; nil where training stopped before the epoch's end, or was
  ///   finished.
  /// - Throws: ``ExperimentError/nonFiniteLoss(epoch:step:network:_:)``.
  public func trainEpoch(
    while continues: (GANStatistics) -> Bool = { _ in true }
  ) throws(ExperimentError) -> EpochRecord? {
    if isFinished { return nil }
    let secondsBefore = position.seconds
    let start = ContinuousClock.now
    let order = RandomStream(
      seed: configuration.seed, purpose: .shuffling, substream: position.epochs + 1
    ).permutation(count: dataset.count)
    var goesOn = true
    while goesOn && position.stepsIntoEpoch < stepsPerEpoch && !isFinished {
      let first = position.stepsIntoEpoch * batchSize
      let statistics = try trainStep(batch: order[first..<first + batchSize])
      position.stepsIntoEpoch += 1
      position.epochSums += statistics
      position.seconds = secondsBefore + (ContinuousClock.now - start) / .seconds(1)
      goesOn = continues(statistics)
    }
    let isWhole = position.stepsIntoEpoch == stepsPerEpoch
    guard isWhole || isFinished else { return nil }
    let record = EpochRecord(
      epoch: position.epochs + 1, step: step,
      statistics: position.epochSums / Double(position.stepsIntoEpoch), seconds: position.seconds,
      imagesPerSecond: Double(position.stepsIntoEpoch * batchSize) / position.seconds)
    if isWhole {
      let epochs = position.epochs + 1
      position = Position()
      position.epochs = epochs
    }
    return record
  }

  /// Whether all weights are finite numbers, as they must be before they are saved.
  ///
  /// - Throws: ``ExperimentError/nonFiniteWeights(step:network:layer:)``.
  public func checkWeights() throws(ExperimentError) {
    for (name, network) in [("generator", gan.generator), ("discriminator", gan.discriminator)] {
      for (index, layer) in network.layers.enumerated() {
        guard layer.weights.isFinite && layer.biases.isFinite else {
          throw .nonFiniteWeights(step: step, network: name, layer: index)
        }
      }
    }
  }

  /// What the generator makes of the first `count` of the sample noise.
  ///
  /// - Parameter count: up to ``sampleCount``.
  /// - Returns: [count][rows · columns] pixels, 0 … 255.
  public func samples(count: Int = sampleCount) -> [[UInt8]] {
    Self.images(by: gan.generator, from: sampleNoise.rows(0..<count))
  }

  /// Noise for samples, [count, latentSize]; with a run's seed the run's own.
  public static func noise(seed: UInt64, count: Int, latentSize: Int) -> Matrix {
    let noise = Matrix(rows: count, columns: latentSize)
    noise.fillNormal(RandomStream(seed: seed, purpose: .sampleGrid))
    return noise
  }

  /// What `generator` makes of `noise`, [count, latent size].
  ///
  /// - Returns: [count][pixels], 0 … 255.
  public static func images(by generator: MLP, from noise: Matrix) -> [[UInt8]] {
    let batch = LayerBuffers(of: generator, batchSize: noise.rows)
    for row in 0..<noise.rows { _ = batch.input.row(row).update(fromContentsOf: noise.row(row)) }
    generator.forward(batch, rows: 0..<noise.rows, .single)
    return (0..<noise.rows).map { batch.output.row($0).map(ImageDataset.byte(ofPixel:)) }
  }

  public private(set) lazy var dataDescription = dataset.makeDescription()

  /// The height and width of an image.
  public var imageSize: (rows: Int, columns: Int) { (dataset.rows, dataset.columns) }

  private var batchSize: Int { configuration.batchSize }

  /// Trains on the images numbered `batch`.
  func trainStep(batch: ArraySlice<Int>) throws(ExperimentError) -> GANStatistics {
    let step = self.step + 1
    let stream = RandomStream(seed: configuration.seed, purpose: .noise, substream: step)
    let statistics = gan.step(
      real: { rows, target in
        dataset.copyBatch(
          batch[(batch.startIndex + rows.lowerBound)..<(batch.startIndex + rows.upperBound)],
          into: target)
      },
      noise: { rows, target in
        for row in rows { stream.fillNormal(target.row(row - rows.lowerBound), row: row) }
      })
    // In the order in which a step computes them, so the first to fail tells whose fault it is.
    let losses = [
      (statistics.discriminatorLossReal, "discriminator"),
      (statistics.discriminatorLossFake, "generator"),
      (statistics.generatorLoss, "discriminator"),
    ]
    for (loss, network) in losses where !loss.isFinite {
      throw .nonFiniteLoss(
        epoch: position.epochs + 1, step: step, network: network, statistics)
    }
    return statistics
  }
}
