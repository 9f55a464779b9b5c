/// A generator, a discriminator and their training step (Goodfellow et al. 2014).
///
/// Per step: fakes = G(noise). The discriminator descends BCE(D(real), 1) + BCE(D(fakes), 0),
/// each a mean over the batch, with the fakes held constant. Then the generator descends
/// BCE(D(fakes), 1), the non-saturating loss, through the updated discriminator on the same
/// fakes. Both with Adam.
///
/// The discriminator sees real and fake images as one batch of twice the size, the real ones
/// first; the generator writes its images there.
public final class GAN {
  public let generator: MLP
  public let discriminator: MLP
  public let batchSize: Int

  private let workers: Workers
  let generatorAdam: Adam
  let discriminatorAdam: Adam
  let generatorBatch: LayerBuffers
  let discriminatorBatch: LayerBuffers
  /// What of a step is done: all of it but in a benchmark.
  var parts = WorkKinds.all {
    didSet {
      generator.parts = parts
      discriminator.parts = parts
    }
  }

  /// - Precondition: the discriminator takes what the generator makes and gives one logit.
  init(
    generator: MLP, discriminator: MLP, batchSize: Int, adam: Adam.Settings, threads: Int
  ) {
    precondition(
      generator.outputs == discriminator.inputs && discriminator.outputs == 1,
      "a generator of \(generator.outputs) for a discriminator of \(discriminator.inputs) → "
        + "\(discriminator.outputs)")
    self.generator = generator
    self.discriminator = discriminator
    self.batchSize = batchSize
    workers = Workers(count: threads)
    generatorAdam = Adam(generator, adam, workers: workers)
    discriminatorAdam = Adam(discriminator, adam, workers: workers)
    discriminatorBatch = LayerBuffers(of: discriminator, batchSize: 2 * batchSize)
    generatorBatch = LayerBuffers(
      of: generator, batchSize: batchSize,
      output: discriminatorBatch.input.rows(batchSize..<2 * batchSize))
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
    discriminatorAdam.beginStep()
    workers.run { worker in
      if parts.contains(.data) {
        let rows = worker.range(of: batchSize)
        noise(rows, generatorBatch.input.rows(rows))
        real(rows, discriminatorBatch.input.rows(rows))
      }
      generator.forward(generatorBatch, rows: 0..<batchSize, worker)
      discriminator.forward(discriminatorBatch, rows: 0..<2 * batchSize, worker)
      if hasLogits(worker) {
        scores.real = scoreLogits(rows: 0..<batchSize, label: .real)
        scores.fake = scoreLogits(rows: fakeRows, label: .fake)
      }
      discriminator.backward(discriminatorBatch, rows: 0..<2 * batchSize, worker)
      discriminatorAdam.update(along: discriminatorBatch, worker)
    }
    return scores
  }

  /// Takes the generator one step towards fakes that the discriminator calls real.
  ///
  /// - Precondition: follows ``updateDiscriminator(real:noise:)``, whose fakes it uses.
  func updateGenerator() -> Score {
    var score = Score()
    generatorAdam.beginStep()
    workers.run { worker in
      discriminator.forward(discriminatorBatch, rows: fakeRows, worker)
      if hasLogits(worker) { score = scoreLogits(rows: fakeRows, label: .real) }
      discriminator.backward(
        discriminatorBatch, rows: fakeRows, inputGradient: generatorBatch.outputGradient, worker)
      generator.backward(generatorBatch, rows: 0..<batchSize, worker)
      generatorAdam.update(along: generatorBatch, worker)
    }
    return score
  }

  /// The rows of the discriminator's batch that are the generator's images.
  private var fakeRows: Range<Int> { batchSize..<2 * batchSize }

  /// Whether `worker` is the one that computes the discriminator's only output.
  private func hasLogits(_ worker: Worker) -> Bool { !MLP.columns(of: 1, worker).isEmpty }

  /// Means over the batch of the loss and of the logits on the label's side.
  struct Score {
    var loss: Double = 0
    var accuracy: Double = 0
  }

  /// Holds the discriminator's logits against `label` and writes ∂(mean loss)/∂logit.
  private func scoreLogits(rows: Range<Int>, label: BinaryCrossEntropy.Label) -> Score {
    var score = Score()
    guard parts.contains(.elementwise) else { return score }
    let share = 1 / Double(batchSize)
    for row in rows {
      let logit = discriminatorBatch.output[row, 0]
      score.loss += share * Double(BinaryCrossEntropy.loss(logit: logit, label: label))
      if label == .real ? logit > 0 : logit < 0 { score.accuracy += share }
      discriminatorBatch.outputGradient[row, 0] =
        BinaryCrossEntropy.gradient(logit: logit, label: label) / Float(batchSize)
    }
    return score
  }
}
