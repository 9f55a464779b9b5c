/// A generator, a discriminator and their training step (Goodfellow et al. 2014).
///
/// Per step: fakes = G(noise). The discriminator descends BCE(D(real), 1) + BCE(D(fakes), 0),
/// each a mean over the batch, with the fakes held constant. Then the generator descends
/// BCE(D(fakes), 1), the non-saturating loss, through the updated discriminator on the same
/// fakes. Each with an optimiser of its own.
///
/// The discriminator sees real and fake images as one batch of twice the size, the real ones
/// first; the generator writes its images there.
public final class GAN {
  /// Both split across the threads.
  package let generator: MLP
  package let discriminator: MLP
  let batchSize: Int

  private let workers: Workers
  let generatorOptimizer: Optimizer
  let discriminatorOptimizer: Optimizer
  let generatorBuffers: LayerBuffers
  let discriminatorBuffers: LayerBuffers
  let seed: UInt64
  /// The noise that samples are drawn from, the same throughout a run: [64, latent size], N(0, 1).
  package let sampleNoise: Matrix
  public var work = WorkKinds.all {
    didSet {
      generator.work = work
      discriminator.work = work
    }
  }

  /// A GAN of given networks.
  ///
  /// - Precondition: the discriminator takes what the generator makes and gives one logit.
  init(
    generator: MLP, discriminator: MLP, batchSize: Int, rule: any UpdateRule, threads: Int,
    seed: UInt64 = 0
  ) {
    precondition(
      generator.outputs == discriminator.inputs && discriminator.outputs == 1,
      "a generator of \(generator.outputs) for a discriminator of \(discriminator.inputs) → "
        + "\(discriminator.outputs)")
    let (generator, discriminator) = (
      generator.split(across: threads), discriminator.split(across: threads)
    )
    self.generator = generator
    self.discriminator = discriminator
    self.batchSize = batchSize
    self.seed = seed
    workers = Workers(count: threads)
    generatorOptimizer = Optimizer(generator, rule)
    discriminatorOptimizer = Optimizer(discriminator, rule)
    discriminatorBuffers = LayerBuffers(of: discriminator, batchSize: 2 * batchSize)
    generatorBuffers = LayerBuffers(
      of: generator, batchSize: batchSize,
      output: discriminatorBuffers.input.rows(batchSize..<2 * batchSize))
    sampleNoise = Self.sampleNoise(
      seed: seed, count: Self.sampleCount, latentSize: generator.inputs)
    BLAS.useCallingThreadOnly()
  }

  /// Writes some rows of a batch: the batch's rows to write, and where to, [rows.count, width].
  /// Called from several threads at once, each for rows of its own.
  typealias RowSource = (_ rows: Range<Int>, _ target: Matrix) -> Void

  /// One step of each network.
  ///
  /// - Parameter real: gives real images, pixels in [-1, 1].
  /// - Parameter noise: gives the generator's input, N(0, 1).
  func step(real: RowSource, noise: RowSource) -> GANStatistics {
    let ofDiscriminator = updateDiscriminator(real: real, noise: noise)
    let ofGenerator = updateGenerator()
    return GANStatistics(
      real: ofDiscriminator.real, fake: ofDiscriminator.fake, generator: ofGenerator)
  }

  /// Makes fakes, and takes the discriminator one step towards telling them from real images.
  func updateDiscriminator(real: RowSource, noise: RowSource) -> (real: Score, fake: Score) {
    var scores = (real: Score(), fake: Score())
    discriminatorOptimizer.beginStep()
    workers.run { worker in
      if work.contains(.data) {
        let rows = worker.range(of: batchSize)
        noise(rows, generatorBuffers.input.rows(rows))
        real(rows, discriminatorBuffers.input.rows(rows))
      }
      generator.forward(generatorBuffers, rows: 0..<batchSize, worker)
      discriminator.forward(discriminatorBuffers, rows: 0..<2 * batchSize, worker)
      if worker.index == 0 {
        scores.real = scoreLogits(rows: 0..<batchSize, label: .real)
        scores.fake = scoreLogits(rows: fakeRows, label: .fake)
      }
      discriminator.backward(discriminatorBuffers, rows: 0..<2 * batchSize, worker)
      discriminatorOptimizer.update(along: discriminatorBuffers, worker)
    }
    return scores
  }

  /// Takes the generator one step towards fakes that the discriminator calls real.
  ///
  /// - Precondition: follows ``updateDiscriminator(real:noise:)``, whose fakes it uses.
  func updateGenerator() -> Score {
    var score = Score()
    generatorOptimizer.beginStep()
    workers.run { worker in
      discriminator.forward(discriminatorBuffers, rows: fakeRows, worker)
      if worker.index == 0 { score = scoreLogits(rows: fakeRows, label: .real) }
      discriminator.backward(
        discriminatorBuffers, rows: fakeRows, inputGradient: generatorBuffers.outputGradient, worker
      )
      generator.backward(generatorBuffers, rows: 0..<batchSize, worker)
      generatorOptimizer.update(along: generatorBuffers, worker)
    }
    return score
  }

  /// The rows of the discriminator's batch that are the generator's images.
  private var fakeRows: Range<Int> { batchSize..<2 * batchSize }

  /// Means over the batch of the loss and of the logits on the label's side; a logit of exactly 0
  /// counts half.
  struct Score {
    var loss: Double = 0
    var accuracy: Double = 0
  }

  /// Compares the discriminator's logits with `label` and writes ∂(mean loss)/∂logit.
  private func scoreLogits(rows: Range<Int>, label: BinaryCrossEntropy.Label) -> Score {
    var score = Score()
    guard work.contains(.elementwise) else { return score }
    let share = 1 / Double(batchSize)
    for row in rows {
      let logit = discriminatorBuffers.output[row, 0]
      score.loss += share * Double(BinaryCrossEntropy.loss(logit: logit, label: label))
      if logit == 0 {
        // Neither right nor wrong: as good as a coin.
        score.accuracy += share / 2
      } else if label == .real ? logit > 0 : logit < 0 {
        score.accuracy += share
      }
      discriminatorBuffers.outputGradient[row, 0] =
        BinaryCrossEntropy.gradient(logit: logit, label: label) / Float(batchSize)
    }
    return score
  }
}

extension GANStatistics {
  init(real: GAN.Score, fake: GAN.Score, generator: GAN.Score) {
    discriminatorLossReal = real.loss
    discriminatorLossFake = fake.loss
    generatorLoss = generator.loss
    discriminatorAccuracyReal = real.accuracy
    discriminatorAccuracyFake = fake.accuracy
    generatorAccuracy = generator.accuracy
  }
}
