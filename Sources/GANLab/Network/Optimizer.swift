/// Updates the parameters of one network by a rule.
///
/// Gradients are never stored as a whole. Each worker computes the gradient of a block of
/// weights and updates them while the block is in its cache: the update is bound by memory, and
/// for Adam this saves two of its seven passes.
public final class Optimizer {
  /// The floats of a gradient block; small enough for a core's caches, large enough that
  /// packing the other operand for each block costs nothing that shows.
  private static let blockCount = 512 * 1024

  private let network: MLP
  private var rule: any UpdateRule
  /// What the rule keeps beside each parameter, in the layout of the network's parameters.
  let state: [(name: String, values: FloatStorage)]
  private let stateValues: [FloatStorage]
  /// A gradient block for each worker.
  private let blocks: [FloatStorage]
  /// Steps that were taken.
  var step = 0

  init(_ network: MLP, _ rule: any UpdateRule, workers: Workers) {
    self.network = network
    self.rule = rule
    stateValues = rule.stateNames.map { _ in FloatStorage(count: network.parameters.count) }
    state = zip(rule.stateNames, stateValues).map { ($0, $1) }
    let widest = network.layers.map(\.outputs).max() ?? 0
    blocks = (0..<workers.count).map { _ in FloatStorage(count: max(Self.blockCount, widest)) }
  }

  /// Begins a step, which ``update(along:_:)`` takes.
  func beginStep() {
    step += 1
    rule.beginStep(step)
  }

  /// Updates all parameters along the gradients of `batch`, whose backward pass is done.
  /// Called by all workers at once.
  func update(along batch: LayerBuffers, _ worker: Worker) {
    worker.barrier()
    let block = blocks[worker.index]
    for (index, layer) in network.layers.enumerated() {
      let rowsPerBlock = max(1, Self.blockCount / layer.outputs)
      let share = worker.range(of: layer.inputs)
      for first in stride(from: share.lowerBound, to: share.upperBound, by: rowsPerBlock) {
        let rows = first..<min(first + rowsPerBlock, share.upperBound)
        let gradient = Matrix(
          storage: block, offset: 0, rows: rows.count, columns: layer.outputs)
        network.weightGradient(layer: index, inputs: rows, of: batch, into: gradient)
        update(gradient, at: layer.weightOffset + first * layer.outputs)
      }
      let columns = MLP.columns(of: layer.outputs, worker)
      let gradient = Matrix(storage: block, offset: 0, rows: 1, columns: columns.count)
      network.biasGradient(layer: index, outputs: columns, of: batch, into: gradient)
      update(gradient, at: layer.biasOffset + columns.lowerBound)
    }
  }

  /// Updates the parameters from `offset` on along their `gradient`, which lies without gaps.
  private func update(_ gradient: Matrix, at offset: Int) {
    guard network.work.contains(.optimizer) else { return }
    rule.update(
      network.parameters, state: stateValues, along: gradient.start, offset: offset,
      count: gradient.rows * gradient.columns)
  }
}
