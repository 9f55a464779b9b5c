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
  private let partialSums: [FloatStorage]

  /// - Parameter output: where the last layer's output goes, [batch, outputs]; nil for a matrix of
  ///   its own.
  init(of network: MLP, batchSize: Int, output: Matrix? = nil) {
    func matrix(_ columns: Int) -> Matrix { Matrix(rows: batchSize, columns: columns) }
    /// The last layer's lie in `whole`.
    func values(_ whole: Matrix) -> [[Matrix]] {
      network.layers.enumerated().map { index, layer in
        let isLast = index == network.layers.count - 1
        if MLP.isSplitByOutputs(index) {
          return layer.shards.map { isLast ? whole.columns($0.range) : matrix($0.range.count) }
        }
        let all = isLast ? whole : matrix(layer.outputs)
        return layer.shards.map { _ in all }
      }
    }
    input = matrix(network.inputs)
    self.output = output ?? matrix(network.outputs)
    outputGradient = matrix(network.outputs)
    activations = values(self.output)
    gradients = values(outputGradient)
    let widest = network.sizes.max() ?? 0
    partialSums =
      network.workerCount == 1
      ? [] : (0..<network.workerCount).map { _ in FloatStorage(count: batchSize * widest) }
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
    return Matrix(
      storage: partialSums[worker.index], offset: 0, rows: target.rows, columns: target.columns)
  }

  /// Adds the rows `rows` of the partial sums of those workers that have a part of `layer`, in their
  /// order.
  func addPartialSums(of layer: MLP.Layer, _ rows: Range<Int>, into target: Matrix) {
    var isFirst = true
    for (shard, partialSum) in zip(layer.shards, partialSums) where !shard.range.isEmpty {
      for row in rows {
        let sum = target.start + row * target.stride
        let addend = partialSum.start + row * target.columns
        if isFirst {
          sum.update(from: addend, count: target.columns)
        } else {
          Elementwise.add(sum, addend, count: target.columns)
        }
      }
      isFirst = false
    }
  }
}
