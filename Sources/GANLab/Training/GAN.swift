/// A generator, a discriminator and their training step (Goodfellow et al. 2014).
///
/// Per step: fakes = G(noise). The discriminator descends BCE(D(real), 1) + BCE(D(fakes), 0),
/// each a mean over the batch, with the fakes held constant. Then the generator descends
/// BCE(D(fakes), 1), the non-saturating loss, through the updated discriminator on the same
/// fakes. Both with Adam.
///
/// The discriminator sees real and fake images as one batch of twice the size. Worker w has the
/// rows lo..<hi of the batch (``Workers/share(of:worker:)``); in the discriminator's batch its
/// real images are the rows 2·lo..<lo+hi and its fakes lo+hi..<2·hi, so that all its rows lie
/// together and the forward and backward passes need no other worker.
public final class GAN {
  public let generator: MLP
  public let discriminator: MLP
  public let batchSize: Int

  private let workers: Workers
  private let generatorAdam: Adam
  private let discriminatorAdam: Adam
  /// What each worker found; kept, so that a step allocates nothing.
  private var scores: [(real: Score, fake: Score, generator: Score)]
  let generatorBatch: BatchValues
  let discriminatorBatch: BatchValues
  /// What of a step is done: all of it but in a benchmark.
  var parts = StepParts.all {
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
    workers = Workers(count: min(threads, batchSize))
    scores = Array(repeating: (Score(), Score(), Score()), count: workers.count)
    generatorAdam = Adam(generator, adam, workers: workers)
    discriminatorAdam = Adam(discriminator, adam, workers: workers)
    generatorBatch = BatchValues(of: generator, batchSize: batchSize)
    discriminatorBatch = BatchValues(of: discriminator, batchSize: 2 * batchSize)
    BLAS.useCallingThreadOnly()
  }

  /// Writes some rows of a batch: the batch's rows to write, and where to, [rows.count, width].
  /// Called from several threads at once, each for rows of its own.
  typealias RowSource = (_ rows: Range<Int>, _ target: Matrix) -> Void

  /// One step of each network.
  ///
  /// - Parameter real: gives real images, pixels in [-1, 1].
  /// - Parameter noise: gives the generator's input, N(0, 1).
  func step(real: RowSource, noise: RowSource) -> StepStatistics {
    let ofDiscriminator = updateDiscriminator(real: real, noise: noise)
    let ofGenerator = updateGenerator()
    return StepStatistics(
      real: ofDiscriminator.real, fake: ofDiscriminator.fake, generator: ofGenerator)
  }

  /// Makes fakes, and takes the discriminator one step towards telling them from real images.
  func updateDiscriminator(real: RowSource, noise: RowSource) -> (real: Score, fake: Score) {
    scores.withUnsafeMutableBufferPointer { scores in
      workers.run { worker in
        let rows = workers.share(of: batchSize, worker: worker)
        if parts.contains(.data) {
          noise(rows, generatorBatch.input.rows(rows))
          real(rows, discriminatorBatch.input.rows(realRows(rows)))
        }
        generator.forward(generatorBatch, rows: rows)
        if parts.contains(.elementwise) {
          discriminatorBatch.input.rows(fakeRows(rows)).copy(from: generatorBatch.output.rows(rows))
        }

        let bothRows = realRows(rows).lowerBound..<fakeRows(rows).upperBound
        discriminator.forward(discriminatorBatch, rows: bothRows)
        scores[worker].real = scoreLogits(rows: realRows(rows), label: .real)
        scores[worker].fake = scoreLogits(rows: fakeRows(rows), label: .fake)
        discriminator.backward(discriminatorBatch, rows: bothRows)
      }
    }
    discriminatorAdam.update(along: discriminatorBatch, workers: workers)
    return (mean { $0.real }, mean { $0.fake })
  }

  /// Takes the generator one step towards fakes that the discriminator calls real.
  ///
  /// - Precondition: follows ``updateDiscriminator(real:noise:)``, whose fakes it uses.
  func updateGenerator() -> Score {
    scores.withUnsafeMutableBufferPointer { scores in
      workers.run { worker in
        let rows = workers.share(of: batchSize, worker: worker)
        discriminator.forward(discriminatorBatch, rows: fakeRows(rows))
        scores[worker].generator = scoreLogits(rows: fakeRows(rows), label: .real)
        discriminator.backward(
          discriminatorBatch, rows: fakeRows(rows),
          inputGradient: generatorBatch.outputGradient.rows(rows))
        generator.backward(generatorBatch, rows: rows)
      }
    }
    generatorAdam.update(along: generatorBatch, workers: workers)
    return mean { $0.generator }
  }

  /// Where the discriminator's batch has the real images that belong to `rows` of the batch.
  private func realRows(_ rows: Range<Int>) -> Range<Int> {
    2 * rows.lowerBound..<rows.lowerBound + rows.upperBound
  }

  /// Where the discriminator's batch has the fakes that belong to `rows` of the batch.
  private func fakeRows(_ rows: Range<Int>) -> Range<Int> {
    rows.lowerBound + rows.upperBound..<2 * rows.upperBound
  }

  /// Sums over some images of the loss and of the logits on the label's side.
  struct Score {
    var loss: Double = 0
    var matches: Double = 0
  }

  /// Holds the discriminator's logits against `label` and writes ∂(mean loss)/∂logit.
  private func scoreLogits(rows: Range<Int>, label: BinaryCrossEntropy.Label) -> Score {
    var score = Score()
    guard parts.contains(.elementwise) else { return score }
    for row in rows {
      let logit = discriminatorBatch.output[row, 0]
      score.loss += Double(BinaryCrossEntropy.loss(logit: logit, label: label))
      if label == .real ? logit > 0 : logit < 0 { score.matches += 1 }
      discriminatorBatch.outputGradient[row, 0] =
        BinaryCrossEntropy.gradient(logit: logit, label: label) / Float(batchSize)
    }
    return score
  }

  /// The workers' sums as means over the batch.
  private func mean(
    _ score: ((real: Score, fake: Score, generator: Score)) -> Score
  ) -> Score {
    var sum = Score()
    for worker in scores {
      sum.loss += score(worker).loss
      sum.matches += score(worker).matches
    }
    return Score(loss: sum.loss / Double(batchSize), matches: sum.matches / Double(batchSize))
  }
}
