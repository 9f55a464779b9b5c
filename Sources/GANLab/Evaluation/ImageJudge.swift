import Foundation

/// The real images of a data set, as far as generated ones are held against them: made once, for as
/// many sets of generated images as there are.
package final class ImageJudge: Sendable {
  package let evaluator: Evaluator
  /// The generated images in a set.
  package let count: Int
  package let threads: Int

  private let data: TrainingData
  nonisolated(unsafe) private let test: Evaluator.Features
  nonisolated(unsafe) private let testFit: GaussianFit
  nonisolated(unsafe) private let testNeighborhoods: Neighborhoods
  /// Of the real test labels, by class.
  private let classShares: [Double]
  /// The test images and those that the kernels' width is chosen on, pixels in [0, 1].
  nonisolated(unsafe) private let testPixels: Matrix
  nonisolated(unsafe) private let validationPixels: Matrix
  nonisolated(unsafe) private let training: TrainingNeighbors
  /// Of each test image to the nearest training image.
  private let testDistances: [Double]

  /// The images in a set unless another number is asked for: 10,000, as is usual, but at most half of
  /// the training images, which then can stand in their place.
  package static func defaultCount(for data: TrainingData) -> Int {
    min(10_000, data.train.count / 2)
  }

  /// - Parameter data: with labels and test images.
  /// - Parameter count: nil for ``defaultCount(for:)``.
  /// - Parameter stopwatch: gets the time of each figure's part of the work.
  /// - Throws: ``EvaluationError``.
  package init(
    _ data: TrainingData, evaluator: Evaluator, count: Int? = nil, threads: Int,
    stopwatch: Stopwatch = Stopwatch()
  ) throws(EvaluationError) {
    guard let test = data.test, let labels = test.labels else { throw .noLabels }
    let count = count ?? Self.defaultCount(for: data)
    let features = stopwatch.time("features") {
      evaluator.features(of: 0..<test.count, in: test, threads: threads)
    }
    let fit = stopwatch.time("frechet_distance") { GaussianFit(features.values, threads: threads) }
    let neighborhoods = stopwatch.time("precision_recall") {
      Neighborhoods(features.values, threads: threads)
    }
    guard let fit, let neighborhoods, count >= 10 else {
      throw .tooFewImages(min(count, test.count))
    }
    self.data = data
    self.evaluator = evaluator
    self.count = count
    self.threads = threads
    self.test = features
    testFit = fit
    testNeighborhoods = neighborhoods
    classShares = (0..<evaluator.classes).map { label in
      Double(labels.count { Int($0) == label }) / Double(labels.count)
    }
    testPixels = stopwatch.time("log_likelihood") { Self.pixels(test.images(0..<test.count)) }
    // The first thousand of the last ten thousand training images (Goodfellow et al. 2014).
    let first = data.train.count - Self.defaultCount(for: data)
    validationPixels = stopwatch.time("log_likelihood") {
      Self.pixels(data.train.images(first..<min(first + 1000, data.train.count)))
    }
    let trainingFeatures = stopwatch.time("features") {
      evaluator.features(of: 0..<data.train.count, in: data.train, threads: threads)
    }
    let training = stopwatch.time("copying") { TrainingNeighbors(trainingFeatures.values) }
    testDistances = stopwatch.time("copying") {
      training.distances(of: features.values, threads: threads)
    }
    self.training = training
  }

  /// - Parameter images: [n, pixels], pixels in [-1, 1].
  /// - Parameter stopwatch: gets the time of each figure.
  /// - Throws: ``EvaluationError``.
  package func quality(
    of images: Matrix, stopwatch: Stopwatch = Stopwatch()
  ) throws(EvaluationError) -> ImageQuality {
    for row in 0..<images.rows where !images.row(row).allSatisfy(\.isFinite) {
      throw .notFinite(image: row)
    }
    let features = stopwatch.time("features") { evaluator.features(of: images, threads: threads) }
    let frechetDistance = stopwatch.time("frechet_distance") {
      GaussianFit(features.values, threads: threads).map { FrechetDistance.between(testFit, $0) }
    }
    let kernelDistance = stopwatch.time("kernel_distance") {
      KernelDistance(real: test.values, generated: features.values, threads: threads)
    }
    let coverage = stopwatch.time("precision_recall") {
      Neighborhoods(features.values, threads: threads).map {
        PrecisionRecall(real: testNeighborhoods, generated: $0, threads: threads)
      }
    }
    let score = stopwatch.time("classifier_score") { ClassifierScore(logits: features.logits) }
    let likelihood = stopwatch.time("log_likelihood") {
      ParzenWindow(at: Self.pixels(images)).map { window in
        let sigma = window.chooseSigma(validation: validationPixels, threads: threads)
        let means = window.logLikelihoods(of: testPixels, sigmas: [sigma.sigma], threads: threads)
        return (mean: means[0], sigma: sigma)
      }
    }
    guard let frechetDistance, let kernelDistance, let coverage, let score, let likelihood else {
      throw .tooFewImages(images.rows)
    }
    return ImageQuality(
      frechetDistance: frechetDistance, kernelDistance: kernelDistance, coverage: coverage,
      score: score, classDivergence: score.divergence(fromReal: classShares),
      logLikelihood: likelihood.mean, sigma: likelihood.sigma,
      copying: stopwatch.time("copying") {
        Copying.score(
          generated: training.distances(of: features.values, threads: threads),
          test: testDistances)
      })
  }

  /// Of training images in place of generated ones: what perfect images would score.
  ///
  /// - Parameter seed: with 0 the first images, with each further seed later ones by half their number,
  ///   but none of those that the kernels' width is chosen on.
  /// - Throws: ``EvaluationError``.
  package func qualityOfTrainingImages(
    seed: UInt64, stopwatch: Stopwatch = Stopwatch()
  ) throws(EvaluationError) -> ImageQuality {
    let candidates = data.train.count - Self.defaultCount(for: data)
    let first = Int(seed % UInt64(candidates)) * (count / 2)
    let chosen = (0..<min(count, candidates)).map { (first + $0) % candidates }
    let images = Matrix(rows: chosen.count, columns: data.train.pixelsPerImage)
    data.train.copyBatch(chosen[...], into: images)
    return try quality(of: images, stopwatch: stopwatch)
  }

  /// Of what a generator makes of the noise of `noiseSeed`, the same for all generators of one latent
  /// size.
  ///
  /// - Throws: ``EvaluationError``.
  package func quality(
    of generator: MLP, noiseSeed: UInt64
  ) throws(EvaluationError) -> ImageQuality {
    let noise = GAN.sampleNoise(seed: noiseSeed, count: count, latentSize: generator.inputs)
    let images = Matrix(rows: count, columns: generator.outputs)
    let batches = (count + Self.batchSize - 1) / Self.batchSize
    Workers(count: threads).run { worker in
      for batch in worker.range(of: batches) {
        let rows = batch * Self.batchSize..<min((batch + 1) * Self.batchSize, count)
        images.rows(rows).copy(from: generator.output(of: noise.rows(rows)))
      }
    }
    return try quality(of: images)
  }

  /// The images that are made at once.
  private static let batchSize = 500

  /// Pixels in [0, 1] of those in [-1, 1].
  private static func pixels(_ images: Matrix) -> Matrix {
    let pixels = Matrix(rows: images.rows, columns: images.columns)
    for row in 0..<images.rows {
      let (source, target) = (images.row(row), pixels.row(row))
      for column in source.indices { target[column] = (source[column] + 1) / 2 }
    }
    return pixels
  }
}
