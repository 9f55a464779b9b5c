/// The values of one batch inside a network: what the forward pass leaves for the backward one.
///
/// What only one worker uses lies in memory of its own; what all use is one matrix.
final class LayerBuffers {
  /// [batch, inputs]
  let input: Matrix
  /// The network's output, [batch, outputs].
  let output: Matrix
  /// ∂loss/∂output on entry to the backward pass, [batch, outputs].
  let outputGradient: Matrix
  /// By layer and worker: a worker's own outputs of an even layer, all outputs of an odd one.
  private let activations: [[Matrix]]
  /// ∂loss/∂pre-activation, likewise.
  private let gradients: [[Matrix]]
  /// By worker: room for a partial sum of the widest layer; empty for one worker.
  private let partialSums: [Matrix]

  /// - Parameter output: where the last layer's output goes, [batch, outputs]; nil for a matrix of
  ///   its own.
  init(of network: MLP, batchSize: Int, output: Matrix? = nil) {
    let last = network.layers.count - 1
    let workers = 0..<network.workerCount
    let isShared = network.layers.indices.map { !MLP.isSplitByOutputs($0) || $0 == last }
    func shape(_ columns: Int) -> (rows: Int, columns: Int) { (batchSize, columns) }

    // What all workers use: the input, the output and its gradient, and two of each odd layer within.
    let within = network.layers.indices.dropLast().filter { isShared[$0] }
    let shared = Matrix.inOneStorage(
      [shape(network.inputs), shape(network.outputs), shape(network.outputs)]
        + (within + within).map { shape(network.layers[$0].outputs) })
    input = shared[0]
    self.output = output ?? shared[1]
    outputGradient = shared[2]

    // What one worker uses: two of each even layer within, and its partial sums.
    let own = network.layers.indices.filter { !isShared[$0] }
    let widest = network.workerCount == 1 ? 0 : network.sizes.max() ?? 0
    let owned = workers.map { worker in
      Matrix.inOneStorage(
        (own + own).map { shape(network.layers[$0].shards[worker].range.count) } + [shape(widest)])
    }
    partialSums = network.workerCount == 1 ? [] : owned.map { $0[$0.count - 1] }

    /// Of the two that each layer has the first or the second; the last layer's lie in `whole`.
    func values(_ whole: Matrix, second: Bool) -> [[Matrix]] {
      network.layers.enumerated().map { index, layer in
        workers.map { worker in
          if index == last {
            return MLP.isSplitByOutputs(index)
              ? whole.columns(layer.shards[worker].range) : whole
          }
          if let place = within.firstIndex(of: index) {
            return shared[3 + place + (second ? within.count : 0)]
          }
          let place = own.firstIndex(of: index) ?? 0
          return owned[worker][place + (second ? own.count : 0)]
        }
      }
    }
    activations = values(self.output, second: false)
    gradients = values(outputGradient, second: true)
  }

  /// What `worker` multiplies by its weights of a layer, [batch, its inputs].
  func input(of layer: Int, _ worker: Worker) -> Matrix {
    layer == 0 ? input : activations[layer - 1][worker.index]
  }

  /// What `worker` has of a layer's output, [batch, its outputs].
  func activation(_ layer: Int, _ worker: Worker) -> Matrix { activations[layer][worker.index] }

  /// What `worker` has of ∂loss/∂pre-activation, [batch, its outputs].
  func gradient(_ layer: Int, _ worker: Worker) -> Matrix { gradients[layer][worker.index] }

  // MARK: Partial sums

  /// Where `worker` puts its part of a sum that goes to `target`: for one worker there itself.
  func partialSum(for target: Matrix, _ worker: Worker) -> Matrix {
    if partialSums.isEmpty { return target }
    return partialSums[worker.index].reshaped(rows: target.rows, columns: target.columns)
  }

  /// Adds the rows `rows` of the partial sums of those workers that have a part of `layer`, in their
  /// order.
  func addPartialSums(of layer: MLP.Layer, _ rows: Range<Int>, into target: Matrix) {
    let count = target.columns
    for row in rows {
      let sum = target.start + row * target.stride
      var first: UnsafeMutablePointer<Float>?
      for worker in partialSums.indices where !layer.shards[worker].range.isEmpty {
        let addend = partialSums[worker].start + row * count
        if first == nil {
          first = addend
        } else if let start = first, start != sum {
          Elementwise.sum(sum, start, addend, count: count)
          first = sum
        } else {
          Elementwise.add(sum, addend, count: count)
        }
      }
      // One worker alone has a part.
      if let first, first != sum { sum.update(from: first, count: count) }
    }
  }
}
