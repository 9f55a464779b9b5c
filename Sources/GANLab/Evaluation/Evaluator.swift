import Foundation

/// The classifier whose inner values stand for what is seen in an image: image quality is measured in
/// them, as the published figures are in those of Inception.
///
/// It is trained once on a data set's training images, by ``configuration``, and kept. Another
/// evaluator's figures mean something else, so its checksum stands beside each.
package final class Evaluator: Sendable {
  /// What all evaluators are trained by. One that is kept is not trained again, so a change needs
  /// another ``version``.
  static var configuration: ClassifierConfiguration {
    var configuration = ClassifierConfiguration()
    configuration.hiddenLayers = [512, 128]
    configuration.epochs = 15
    configuration.batchSize = 128
    configuration.learningRate = 0.1
    // Fixed, as the last bits depend on it.
    configuration.threads = 2
    return configuration
  }
  private static let version = 1
  /// The layer whose outputs are the features, in words.
  package static let layer = "the 128 outputs before the logits"

  /// [pixels, 512, 128, classes]
  nonisolated(unsafe) private let network: MLP
  /// Of all weights and biases, layer by layer, in hexadecimal digits.
  package let sha256: String
  /// The share of the data set's test images that it tells right.
  package let accuracy: Double
  let classes: Int

  private init(_ network: MLP, test: ImageDataset) {
    BLAS.useCallingThreadOnly()
    let network = network.split(across: 1)
    self.network = network
    sha256 = Self.sha256(of: network)
    classes = network.outputs
    accuracy = Self.accuracy(network, test)
  }

  private static func sha256(of network: MLP) -> String {
    let sum = SHA256()
    for layer in network.layers {
      for matrix in [layer.weights, layer.biases] {
        for row in 0..<matrix.rows { sum.update(UnsafeRawBufferPointer(matrix.row(row))) }
      }
    }
    return sum.finish()
  }

  private static func accuracy(_ network: MLP, _ test: ImageDataset) -> Double {
    let classifier = Classifier(
      network, batchSize: 1, rule: configuration.updateRule, threads: configuration.threads)
    return classifier.test(on: test).accuracy
  }

  /// The evaluator of a data set: the one that is kept in `directory`, or else one that is trained, and
  /// kept there if it can be.
  ///
  /// Of several processes that want one at a time, one trains and the others wait.
  ///
  /// - Parameter data: with labels and test images.
  /// - Parameter directory: made if need be; nil keeps nothing.
  /// - Parameter say: gets what takes time, a line each.
  /// - Throws: ``EvaluationError``, ``StorageError``, ``TrainingError``.
  package static func find(
    for data: TrainingData, in directory: String?, say: (String) -> Void
  ) throws -> Evaluator {
    guard let test = data.test, let labels = data.train.labels else {
      throw EvaluationError.noLabels
    }
    guard let directory, isWritable(directory) else {
      return Evaluator(try train(on: data, say), test: test)
    }
    let name =
      "v\(version)-" + SHA256.of(data.train.pixels).prefix(16) + "-" + SHA256.of(labels).prefix(16)
    let path = directory + "/\(name).safetensors"
    let lock = open(directory, O_RDONLY | O_CLOEXEC)
    flock(lock, LOCK_EX)
    defer { close(lock) }
    if !FileManager.default.fileExists(atPath: path) {
      try WeightFile.write(try train(on: data, say), to: path)
    }
    let network = makeNetwork(for: data)
    try WeightFile.fill(network, "classifier", from: path)
    return Evaluator(network, test: test)
  }

  private static func isWritable(_ directory: String) -> Bool {
    do { try makeDirectories(directory) } catch { return false }
    return access(directory, W_OK) == 0
  }

  private static func makeNetwork(for data: TrainingData) -> MLP {
    Classifier.makeNetworks(configuration, for: data.dimensions)[0].network
  }

  private static func train(on data: TrainingData, _ say: (String) -> Void) throws -> MLP {
    say("training the evaluator on \(data.train), once for this data set …")
    var configuration = configuration
    configuration.batchSize = min(configuration.batchSize, data.train.count)
    let experiment = try Experiment<Classifier>(configuration, data: data)
    var accuracy = 0.0
    while let record = try experiment.trainEpoch() { accuracy = record.statistics.testAccuracy }
    say("the evaluator tells \(String(format: "%.2f", 100 * accuracy)) % of the test images right")
    return experiment.model.network
  }

  // MARK: Features

  /// Of some images: the features, [n, 128], and the logits, [n, classes].
  package struct Features {
    package let values: Matrix
    package let logits: Matrix
  }

  /// Images that go through the network at once; fixed, so that an image's features do not depend on
  /// how many there are.
  private static let batchSize = 500

  /// - Parameter count: of images.
  /// - Parameter copy: writes the images numbered by a range as rows of a matrix, [range.count, pixels],
  ///   pixels in [-1, 1]; called from several threads at once.
  package func features(
    count: Int, threads: Int, copy: (_ images: Range<Int>, _ target: Matrix) -> Void
  ) -> Features {
    let last = network.layers.count - 1
    let features = Features(
      values: Matrix(rows: count, columns: network.layers[last].inputs),
      logits: Matrix(rows: count, columns: network.outputs))
    let batches = (count + Self.batchSize - 1) / Self.batchSize
    Workers(count: threads).run { worker in
      let buffers = LayerBuffers(of: network, batchSize: Self.batchSize)
      for batch in worker.range(of: batches) {
        let images = batch * Self.batchSize..<min((batch + 1) * Self.batchSize, count)
        copy(images, buffers.input.rows(0..<images.count))
        network.forward(buffers, rows: 0..<Self.batchSize, .single)
        features.values.rows(images).copy(
          from: buffers.input(of: last, .single).rows(0..<images.count))
        features.logits.rows(images).copy(from: buffers.output.rows(0..<images.count))
      }
    }
    return features
  }

  /// - Parameter images: [n, pixels], pixels in [-1, 1].
  package func features(of images: Matrix, threads: Int) -> Features {
    features(count: images.rows, threads: threads) { range, target in
      target.copy(from: images.rows(range))
    }
  }

  /// Of the images numbered `range` of a data set.
  package func features(
    of range: Range<Int>, in dataset: ImageDataset, threads: Int
  ) -> Features {
    features(count: range.count, threads: threads) { images, target in
      let indices = range.lowerBound + images.lowerBound..<range.lowerBound + images.upperBound
      dataset.copyBatch(Array(indices)[...], into: target)
    }
  }
}

/// Why images cannot be judged.
package enum EvaluationError: Error, CustomStringConvertible {
  case noLabels
  case tooFewImages(Int)
  case notFinite(image: Int)

  package var description: String {
    switch self {
    case .noLabels:
      "image quality needs a data set with labels and test images, to train an evaluator on."
    case .tooFewImages(let count): "\(count) images are too few, expected at least 10."
    case .notFinite(let image):
      "image \(image + 1) of the generator has pixels that are not finite numbers."
    }
  }
}
