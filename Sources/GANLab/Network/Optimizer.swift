/// Updates the parameters of one network by a rule.
///
/// Gradients are never stored as a whole. Each worker computes the gradient of a block of its
/// weights and updates them while the block is in its cache: the update is bound by memory, and
/// for Adam this saves two of its seven passes. A rule that only adds a multiple of the gradient
/// leaves even that to the product.
public final class Optimizer {
  /// The floats of a gradient block; small enough for a core's caches, large enough that
  /// packing the other operand for each block costs nothing that shows.
  private static let blockCount = 512 * 1024

  private let network: MLP
  private var rule: any UpdateRule
  /// What the rule keeps beside each parameter.
  let state: [(name: String, values: Parameters)]
  /// The same by worker.
  private let weightState: [[FloatStorage]]
  private let biasState: [FloatStorage]
  /// A gradient block for each worker.
  private let blocks: [FloatStorage]
  /// Steps that were taken.
  var step = 0

  init(_ network: MLP, _ rule: any UpdateRule) {
    self.network = network
    self.rule = rule
    let values = rule.stateNames.map { _ in Parameters(like: network.parameters) }
    state = zip(rule.stateNames, values).map { ($0, $1) }
    weightState = (0..<network.workerCount).map { worker in values.map { $0.weights[worker] } }
    biasState = values.map(\.biases)
    let widest = network.layers.map(\.outputs).max() ?? 0
    blocks = (0..<network.workerCount).map { _ in
      FloatStorage(count: max(Self.blockCount, widest))
    }
  }

  /// Begins a step, which ``update(along:_:)`` takes.
  func beginStep() {
    step += 1
    rule.beginStep(step)
  }

  /// Updates all parameters along the gradients of `batch`, whose backward pass is done.
  /// Called by all workers at once.
  func update(along batch: LayerBuffers, _ worker: Worker) {
    let block = blocks[worker.index]
    for (index, layer) in network.layers.enumerated() {
      let shard = layer.shards[worker.index]
      if let multiple = rule.multiple {
        network.weightGradient(
          layer: index, rows: 0..<shard.weights.rows, of: batch, into: shard.weights,
          addingTimes: multiple, worker)
      } else {
        updateWeights(of: index, along: batch, block, worker)
      }
      let biases = network.biasRange(layer: index, worker)
      let gradient = Matrix(storage: block, offset: 0, rows: 1, columns: biases.count)
      network.biasGradient(layer: index, of: batch, into: gradient, worker)
      update(
        network.parameters.biases, biasState, gradient, at: layer.biasOffset + biases.lowerBound)
    }
  }

  /// Updates a worker's weights of layer `index`, block by block.
  private func updateWeights(
    of index: Int, along batch: LayerBuffers, _ block: FloatStorage, _ worker: Worker
  ) {
    let shard = network.layers[index].shards[worker.index]
    let (rows, columns) = (shard.weights.rows, shard.weights.columns)
    let rowsPerBlock = max(1, Self.blockCount / max(1, columns))
    for first in stride(from: 0, to: columns == 0 ? 0 : rows, by: rowsPerBlock) {
      let range = first..<min(first + rowsPerBlock, rows)
      let gradient = Matrix(storage: block, offset: 0, rows: range.count, columns: columns)
      network.weightGradient(layer: index, rows: range, of: batch, into: gradient, worker)
      update(
        network.parameters.weights[worker.index], weightState[worker.index], gradient,
        at: shard.offset + first * columns)
    }
  }

  /// Updates the parameters from `offset` on along their `gradient`, which lies without gaps.
  private func update(
    _ parameters: FloatStorage, _ state: [FloatStorage], _ gradient: Matrix, at offset: Int
  ) {
    guard network.work.contains(.optimizer) else { return }
    rule.update(
      parameters, state: state, along: gradient.start, offset: offset,
      count: gradient.rows * gradient.columns)
  }
}
