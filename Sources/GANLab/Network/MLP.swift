/// A multi-layer perceptron: fully connected layers, each activation(x · W + b), split across workers.
///
/// Layers alternate, as in Megatron-LM (Shoeybi et al. 2019). An even one is split by its *outputs*: a
/// worker has all of its input and some columns of W. An odd one is split by its *inputs*: a worker has
/// the inputs that it has just computed and their rows of W, and the workers' partial sums are added. So
/// a worker's part of the weights, of their gradients and of an optimiser's state is touched by one
/// core only, and between the two layers of a pair nothing is exchanged. One worker has all of
/// everything.
///
/// ``LayerBuffers`` holds the values of a batch, so one network can serve several batches.
public final class MLP {
  /// Views of one layer's parameters.
  public struct Layer {
    package let inputs: Int
    package let outputs: Int
    package let activation: Activation
    /// By worker.
    let shards: [Shard]
    /// [1, outputs]
    package let biases: Matrix
    /// Where the biases begin in the network's.
    let biasOffset: Int

    /// All weights, [inputs, outputs].
    ///
    /// - Precondition: the network is of one worker.
    package var weights: Matrix {
      precondition(shards.count == 1, "weights of \(shards.count) workers as one matrix")
      return shards[0].weights
    }
  }

  /// One worker's part of a layer's weights.
  struct Shard {
    /// Its outputs in an even layer, [inputs, range.count]; its inputs in an odd one,
    /// [range.count, outputs]. May be empty.
    let range: Range<Int>
    let weights: Matrix
    /// Where the weights begin in the worker's.
    let offset: Int
  }

  package let sizes: [Int]
  package let layers: [Layer]
  /// The slope of every leaky ReLU below zero.
  package let leakySlope: Float
  let workerCount: Int
  let parameters: Parameters
  /// The kinds of work that are done: all of them but in a benchmark.
  var work = WorkKinds.all

  /// A network of zeros.
  ///
  /// - Parameter sizes: the inputs of the first layer, then the outputs of each.
  /// - Precondition: one activation a layer, at least one layer, sizes over 0.
  package init(
    sizes: [Int], activations: [Activation], leakySlope: Float, workerCount: Int = 1
  ) {
    precondition(
      sizes.count >= 2 && activations.count == sizes.count - 1 && sizes.allSatisfy { $0 > 0 },
      "sizes \(sizes) with \(activations.count) activations")
    self.sizes = sizes
    self.leakySlope = leakySlope
    self.workerCount = workerCount
    // Every view begins at a multiple of 16 floats, a cache line.
    func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    let ranges = activations.indices.map { index in
      (0..<workerCount).map {
        Self.range(of: sizes[Self.isSplitByOutputs(index) ? index + 1 : index], $0, workerCount)
      }
    }
    /// [inputs, outputs] of a shard.
    func shape(_ layer: Int, _ worker: Int) -> (Int, Int) {
      let count = ranges[layer][worker].count
      return Self.isSplitByOutputs(layer) ? (sizes[layer], count) : (count, sizes[layer + 1])
    }
    let parameters = Parameters(
      weightCounts: (0..<workerCount).map { worker in
        activations.indices.reduce(0) { sum, layer in
          let (rows, columns) = shape(layer, worker)
          return sum + aligned(rows * columns)
        }
      }, biasCount: sizes.dropFirst().reduce(0) { $0 + aligned($1) })

    var offsets = [Int](repeating: 0, count: workerCount)
    var biasOffset = 0
    layers = activations.enumerated().map { index, activation in
      let shards = (0..<workerCount).map { worker in
        let (rows, columns) = shape(index, worker)
        defer { offsets[worker] += aligned(rows * columns) }
        return Shard(
          range: ranges[index][worker],
          weights: Matrix(
            storage: parameters.weights[worker], offset: offsets[worker], rows: rows,
            columns: columns),
          offset: offsets[worker])
      }
      defer { biasOffset += aligned(sizes[index + 1]) }
      return Layer(
        inputs: sizes[index], outputs: sizes[index + 1], activation: activation, shards: shards,
        biases: Matrix(
          storage: parameters.biases, offset: biasOffset, rows: 1, columns: sizes[index + 1]),
        biasOffset: biasOffset)
    }
    self.parameters = parameters
  }

  package var inputs: Int { sizes[0] }
  package var outputs: Int { sizes[sizes.count - 1] }

  /// The number of weights and biases.
  package var parameterCount: Int { layers.reduce(0) { $0 + ($1.inputs + 1) * $1.outputs } }

  /// The floats of sums that are finished at once; small enough for a core's first cache.
  private static let floatsAtOnce = 4096

  static func isSplitByOutputs(_ layer: Int) -> Bool { layer % 2 == 0 }

  /// The part of `count` neighbouring units that belongs to a worker, in whole cache lines.
  static func range(of count: Int, _ worker: Int, _ workerCount: Int) -> Range<Int> {
    Worker.range(of: count, worker, workerCount, alignedTo: 16)
  }

  // MARK: Forward and backward

  /// Runs the rows `rows` of `batch.input` through the network.
  ///
  /// Called by all workers at once. On return all of the output is there for each of them.
  func forward(_ batch: LayerBuffers, rows: Range<Int>, _ worker: Worker) {
    worker.barrier()
    for (index, layer) in layers.enumerated() {
      let shard = layer.shards[worker.index]
      let input = batch.input(of: index, worker).rows(rows)
      let output = batch.activation(index, worker).rows(rows)
      if Self.isSplitByOutputs(index) {
        multiply(input, shard.weights, into: output)
        if work.contains(.elementwise) {
          let biases = layer.biases.columns(shard.range)
          layer.activation.forward(output, bias: biases, slope: leakySlope)
        }
      } else {
        multiply(input, shard.weights, into: batch.partialSum(for: output, worker))
        addPartialSums(of: layer, batch, into: output, worker) { sums, _ in
          layer.activation.forward(sums, bias: layer.biases, slope: leakySlope)
        }
      }
    }
    worker.barrier()
  }

  /// Sends a gradient back through the network, for the rows `rows` of a batch.
  ///
  /// On entry `batch.outputGradient` is ∂loss/∂output; on return each layer's gradient is
  /// ∂loss/∂pre-activation. Called by all workers at once.
  ///
  /// - Parameter inputGradient: gets ∂loss/∂input, [rows.count, inputs], if given; on return it is there
  ///   for every worker.
  /// - Precondition: follows ``forward(_:rows:_:)`` on the same rows.
  func backward(
    _ batch: LayerBuffers, rows: Range<Int>, inputGradient: Matrix? = nil, _ worker: Worker
  ) {
    worker.barrier()
    multiplyByOutputDerivative(batch, rows, worker)
    for index in layers.indices.reversed() {
      let layer = layers[index]
      let weights = layer.shards[worker.index].weights
      let gradient = batch.gradient(index, worker).rows(rows)
      guard let target = index > 0 ? batch.gradient(index - 1, worker).rows(rows) : inputGradient
      else { return }
      if Self.isSplitByOutputs(index) {
        let partialSum = batch.partialSum(for: target, worker)
        multiply(gradient, weights, transposingB: true, into: partialSum)
        addPartialSums(of: layer, batch, into: target, worker) { sums, range in
          if index == 0 { return }
          layers[index - 1].activation.backward(
            sums, at: batch.activation(index - 1, worker).rows(rows).rows(range),
            slope: leakySlope)
        }
      } else {
        multiply(gradient, weights, transposingB: true, into: target)
        if work.contains(.elementwise) {
          layers[index - 1].activation.backward(
            target, at: batch.activation(index - 1, worker).rows(rows), slope: leakySlope)
        }
      }
    }
  }

  /// The derivative of the last layer's activation: on a worker's own columns where it is split by its
  /// outputs, else on its part of the rows.
  private func multiplyByOutputDerivative(
    _ batch: LayerBuffers, _ rows: Range<Int>, _ worker: Worker
  ) {
    let last = layers.count - 1
    let activation = layers[last].activation
    guard work.contains(.elementwise), activation != .identity else { return }
    var own = rows
    if !Self.isSplitByOutputs(last) {
      let share = worker.range(of: rows.count)
      own = rows.lowerBound + share.lowerBound..<rows.lowerBound + share.upperBound
    }
    activation.backward(
      batch.gradient(last, worker).rows(own), at: batch.activation(last, worker).rows(own),
      slope: leakySlope)
    if !Self.isSplitByOutputs(last) { worker.barrier() }
  }

  private func multiply(
    _ a: Matrix, _ b: Matrix, transposingB: Bool = false, into result: Matrix
  ) {
    // A worker without a part has a sum of nothing, which is not added.
    if work.contains(.products) && a.columns > 0 {
      BLAS.multiply(a, b, transposingB: transposingB, into: result)
    }
  }

  /// Adds the workers' partial sums in the order of the workers, each worker its part of the rows. On
  /// return all rows are there for every worker.
  ///
  /// - Parameter finish: gets some rows of the sum while they are in the cache, and their numbers.
  private func addPartialSums(
    of layer: Layer, _ batch: LayerBuffers, into target: Matrix, _ worker: Worker,
    finish: (_ sums: Matrix, _ rows: Range<Int>) -> Void
  ) {
    worker.barrier()
    if work.contains(.elementwise) {
      let own = worker.range(of: target.rows)
      let rowsAtOnce = max(1, Self.floatsAtOnce / target.columns)
      for first in stride(from: own.lowerBound, to: own.upperBound, by: rowsAtOnce) {
        let rows = first..<min(first + rowsAtOnce, own.upperBound)
        if workerCount > 1 { batch.addPartialSums(of: layer, rows, into: target) }
        finish(target.rows(rows), rows)
      }
    }
    worker.barrier()
  }

  // MARK: Gradients of parameters

  /// Computes ∂loss/∂W of the rows `rows` of a worker's shard of layer `index`, over the whole batch:
  /// inputᵀ · ∂loss/∂pre-activation.
  ///
  /// - Parameter gradient: gets the result, [rows.count, the shard's columns].
  /// - Parameter multiple: if given, so many times the result are added to `gradient` instead.
  /// - Precondition: follows ``backward(_:rows:inputGradient:_:)`` on all rows.
  func weightGradient(
    layer index: Int, rows: Range<Int>, of batch: LayerBuffers, into gradient: Matrix,
    addingTimes multiple: Float? = nil, _ worker: Worker
  ) {
    guard work.contains(.products) else { return }
    BLAS.multiply(
      batch.input(of: index, worker).columns(rows), transposingA: true,
      batch.gradient(index, worker), into: gradient, addingTimes: multiple)
  }

  /// The biases of layer `index` that `worker` updates.
  func biasRange(layer index: Int, _ worker: Worker) -> Range<Int> {
    Self.range(of: layers[index].outputs, worker.index, workerCount)
  }

  /// Computes ∂loss/∂b of the biases of layer `index` that `worker` updates, over the whole batch: the
  /// column sums of ∂loss/∂pre-activation.
  ///
  /// - Parameter gradient: gets the result, [1, ``biasRange(layer:_:)``].
  func biasGradient(
    layer index: Int, of batch: LayerBuffers, into gradient: Matrix, _ worker: Worker
  ) {
    guard work.contains(.elementwise) else { return }
    let own = batch.gradient(index, worker)
    let source = Self.isSplitByOutputs(index) ? own : own.columns(biasRange(layer: index, worker))
    precondition(
      gradient.shape == Matrix.Shape(1, source.columns),
      "bias gradient \(gradient.shape) of \(source.shape)")
    let sums = gradient.start
    sums.update(repeating: 0, count: source.columns)
    for row in 0..<source.rows {
      Elementwise.add(sums, source.start + row * source.stride, count: source.columns)
    }
  }
}
