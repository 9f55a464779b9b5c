import Foundation

/// Everything that decides the outcome of a run, but for the machine.
public struct Configuration: Sendable, Equatable {
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
}

/// What one epoch, or the part of it that ran, came to.
public struct EpochRecord: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  /// Steps since the beginning of the run.
  public var step: Int
  /// Means over the epoch's steps.
  public var statistics: StepStatistics
  /// The time that the epoch's steps took, in seconds.
  public var seconds: Double
  /// Real images a second.
  public var imagesPerSecond: Double
}

/// What can end a run before its time.
public enum ExperimentError: Error, Equatable, Sendable {
  case nonFiniteLoss(epoch: Int, step: Int, discriminatorLoss: Double, generatorLoss: Double)
}

extension ExperimentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nonFiniteLoss(let epoch, let step, let discriminatorLoss, let generatorLoss):
      "training diverged at step \(step) (epoch \(epoch)): discriminator loss "
        + "\(discriminatorLoss), generator loss \(generatorLoss), expected finite numbers. "
        + "Try a lower --learning-rate, or an --init with smaller weights."
    }
  }
}

/// A training run: networks initialised by a configuration and trained on one data set, an epoch
/// at a time.
public final class Experiment {
  public let configuration: Configuration
  public let gan: GAN
  private let digits: Digits
  /// Epochs that were run, the last perhaps in part.
  public private(set) var epoch = 0
  /// Steps that were run.
  public private(set) var step = 0

  /// - Precondition: there are at least `configuration.batchSize` images.
  public init(_ configuration: Configuration, digits: Digits) {
    precondition(
      digits.count >= configuration.batchSize,
      "batches of \(configuration.batchSize) from \(digits.count) images")
    self.configuration = configuration
    self.digits = digits
    let hidden = configuration.hiddenActivation
    let generator = MLP(
      sizes: [configuration.latentSize] + configuration.generatorLayers + [digits.pixelsPerImage],
      activations: configuration.generatorLayers.map { _ in hidden } + [.tanh],
      leakySlope: configuration.leakySlope)
    let discriminator = MLP(
      sizes: [digits.pixelsPerImage] + configuration.discriminatorLayers + [1],
      activations: configuration.discriminatorLayers.map { _ in hidden } + [.identity],
      leakySlope: configuration.leakySlope)
    let initializer = configuration.initializer
    initializer.initialize(generator, seed: configuration.seed, purpose: .generatorWeights)
    initializer.initialize(discriminator, seed: configuration.seed, purpose: .discriminatorWeights)
    gan = GAN(
      generator: generator, discriminator: discriminator, batchSize: configuration.batchSize,
      adam: Adam.Settings(
        learningRate: configuration.learningRate, beta1: configuration.beta1,
        beta2: configuration.beta2),
      threads: configuration.threads)
  }

  /// The last partial batch of an epoch is dropped, so that every step has one shape.
  public var stepsPerEpoch: Int { digits.count / configuration.batchSize }

  public var isFinished: Bool {
    epoch >= configuration.epochs || step >= (configuration.maximumSteps ?? .max)
  }

  /// Trains for one epoch, or for what is left until `maximumSteps`; nil when the run is finished.
  ///
  /// - Throws: ``ExperimentError/nonFiniteLoss(epoch:step:discriminatorLoss:generatorLoss:)``.
  public func trainEpoch() throws(ExperimentError) -> EpochRecord? {
    if isFinished { return nil }
    epoch += 1
    let start = ContinuousClock.now
    let order = RandomStream(
      seed: configuration.seed, purpose: .shuffling, substream: epoch
    ).permutation(count: digits.count)
    let steps = min(stepsPerEpoch, (configuration.maximumSteps ?? .max) - step)
    var sum = StepStatistics()
    for index in 0..<steps {
      sum += try trainStep(batch: order[(index * batchSize)..<((index + 1) * batchSize)])
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return EpochRecord(
      epoch: epoch, step: step, statistics: sum / Double(steps), seconds: seconds,
      imagesPerSecond: Double(steps * batchSize) / seconds)
  }

  /// What the generator makes of `count` noise vectors that stay the same throughout a run.
  ///
  /// - Returns: [count][rows · columns] pixels, 0 … 255.
  public func samples(count: Int) -> [[UInt8]] {
    let stream = RandomStream(seed: configuration.seed, purpose: .sampleGrid)
    let batch = BatchValues(of: gan.generator, batchSize: count)
    for row in 0..<count { stream.fillNormal(batch.input.row(row), row: row) }
    gan.generator.forward(batch, rows: 0..<count, .alone)
    return (0..<count).map { batch.output.row($0).map(Digits.byte(ofPixel:)) }
  }

  /// The height and width of an image.
  public var imageSize: (rows: Int, columns: Int) { (digits.rows, digits.columns) }

  private var batchSize: Int { configuration.batchSize }

  /// Trains on the images numbered `batch`.
  func trainStep(batch: ArraySlice<Int>) throws(ExperimentError) -> StepStatistics {
    step += 1
    let stream = RandomStream(seed: configuration.seed, purpose: .noise, substream: step)
    let statistics = gan.step(
      real: { rows, target in
        digits.scale(
          batch[(batch.startIndex + rows.lowerBound)..<(batch.startIndex + rows.upperBound)],
          into: target)
      },
      noise: { rows, target in
        for row in rows { stream.fillNormal(target.row(row - rows.lowerBound), row: row) }
      })
    guard statistics.discriminatorLoss.isFinite && statistics.generatorLoss.isFinite else {
      throw .nonFiniteLoss(
        epoch: epoch, step: step, discriminatorLoss: statistics.discriminatorLoss,
        generatorLoss: statistics.generatorLoss)
    }
    return statistics
  }
}
