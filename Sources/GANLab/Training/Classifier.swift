/// A multi-layer perceptron that learns a data set's labels, and its training step: it descends the
/// mean softmax cross-entropy of a batch.
public final class Classifier {
  /// Split across the threads; its outputs are logits.
  package let network: MLP
  let batchSize: Int

  private let workers: Workers
  let optimizer: Optimizer
  let buffers: LayerBuffers
  /// By worker, what its part of a batch came to.
  private let scores: UnsafeMutableBufferPointer<SoftmaxCrossEntropy.Score>
  public var work = WorkKinds.all {
    didSet { network.work = work }
  }

  init(_ network: MLP, batchSize: Int, rule: any UpdateRule, threads: Int) {
    let network = network.split(across: threads)
    self.network = network
    self.batchSize = batchSize
    workers = Workers(count: threads)
    optimizer = Optimizer(network, rule)
    buffers = LayerBuffers(of: network, batchSize: batchSize)
    scores = .allocate(capacity: threads)
    scores.initialize(repeating: SoftmaxCrossEntropy.Score())
    BLAS.useCallingThreadOnly()
  }

  deinit { scores.deallocate() }

  /// One step.
  ///
  /// - Parameter images: writes some rows of a batch, pixels in [-1, 1]; called from several threads at
  ///   once, each for rows of its own.
  /// - Parameter label: of an image of the batch.
  func step(
    images: (_ rows: Range<Int>, _ target: Matrix) -> Void, label: (_ row: Int) -> Int
  ) -> ClassifierStatistics {
    optimizer.beginStep()
    workers.run { worker in
      let rows = worker.range(of: batchSize)
      if work.contains(.data) { images(rows, buffers.input.rows(rows)) }
      network.forward(buffers, rows: 0..<batchSize, worker)
      if work.contains(.elementwise) {
        scores[worker.index] = SoftmaxCrossEntropy.score(
          logits: buffers.output.rows(rows), label: { label(rows.lowerBound + $0) },
          gradient: buffers.outputGradient.rows(rows), batchSize: batchSize)
      }
      network.backward(buffers, rows: 0..<batchSize, worker)
      optimizer.update(along: buffers, worker)
    }
    var sum = SoftmaxCrossEntropy.Score()
    for score in scores { sum += score }
    var statistics = ClassifierStatistics()
    statistics.trainLoss = sum.loss / Double(batchSize)
    statistics.trainAccuracy = Double(sum.correct) / Double(batchSize)
    return statistics
  }

  // MARK: Test

  /// The images that are tested at once.
  static let testBatchSize = 500

  /// The mean loss on all of a data set's images, the share that is right, and how many classes some
  /// image is taken for.
  ///
  /// - Precondition: it has labels, none beyond the network's classes.
  func test(on dataset: ImageDataset) -> (loss: Double, accuracy: Double, classes: Int) {
    let size = min(Self.testBatchSize, dataset.count)
    let buffers = LayerBuffers(of: network, batchSize: size)
    var sum = SoftmaxCrossEntropy.Score()
    var predicted: Set<Int> = []
    for first in stride(from: 0, to: dataset.count, by: size) {
      let count = min(size, dataset.count - first)
      let batch = ImageBatch(dataset: dataset, indices: Array(first..<first + count)[...])
      workers.run { worker in
        let rows = worker.range(of: count)
        batch.copy(rows, into: buffers.input.rows(rows))
        network.forward(buffers, rows: 0..<count, worker)
      }
      let logits = buffers.output.rows(0..<count)
      sum += SoftmaxCrossEntropy.score(logits: logits, label: batch.label, batchSize: count)
      for row in 0..<count { predicted.insert(SoftmaxCrossEntropy.predictedClass(logits.row(row))) }
    }
    let images = Double(dataset.count)
    return (sum.loss / images, Double(sum.correct) / images, predicted.count)
  }
}
