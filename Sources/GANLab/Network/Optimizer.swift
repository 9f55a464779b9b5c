import Foundation

/// Adam for one network (Kingma & Ba 2015, algorithm 1), by PyTorch's formula:
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// θ ← θ − α / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
///
/// Gradients are never stored as a whole. Each worker computes the gradient of a block of
/// weights and updates them while the block is in its cache: the update is bound by memory, and
/// this saves two of its seven passes.
final class Adam {
  struct Settings: Equatable, Sendable {
    var learningRate: Float = 2e-4
    var beta1: Float = 0.5
    var beta2: Float = 0.999
    var epsilon: Float = 1e-8
  }

  /// The floats of a gradient block; small enough for a core's caches, large enough that
  /// packing the other operand anew for each block does not show.
  private static let blockCount = 512 * 1024

  private let network: MLP
  private let settings: Settings
  /// In the layout of the network's parameters.
  let firstMoments: FloatStorage
  let secondMoments: FloatStorage
  /// A gradient block for each worker.
  private let blocks: [FloatStorage]
  /// Steps that were taken.
  var step = 0
  private var rates: Elementwise.AdamRates

  init(_ network: MLP, _ settings: Settings, workers: Workers) {
    self.network = network
    self.settings = settings
    rates = Self.rates(settings, step: 1)
    firstMoments = FloatStorage(count: network.parameters.count)
    secondMoments = FloatStorage(count: network.parameters.count)
    let widest = network.layers.map(\.outputs).max() ?? 0
    blocks = (0..<workers.count).map { _ in FloatStorage(count: max(Self.blockCount, widest)) }
  }

  /// Begins a step, which ``update(along:_:)`` takes.
  func beginStep() {
    step += 1
    rates = Self.rates(settings, step: step)
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

  /// The factors of step `step`, in double precision until the last.
  private static func rates(_ settings: Settings, step: Int) -> Elementwise.AdamRates {
    let (beta1, beta2) = (Double(settings.beta1), Double(settings.beta2))
    return Elementwise.AdamRates(
      beta1: settings.beta1, oneMinusBeta1: Float(1 - beta1),
      beta2: settings.beta2, oneMinusBeta2: Float(1 - beta2),
      stepSize: Float(Double(settings.learningRate) / (1 - pow(beta1, Double(step)))),
      secondMomentScale: Float(1 / (1 - pow(beta2, Double(step))).squareRoot()),
      epsilon: settings.epsilon)
  }

  /// Updates the parameters from `offset` on along their `gradient`, which lies without gaps.
  private func update(_ gradient: Matrix, at offset: Int) {
    guard network.parts.contains(.optimizer) else { return }
    Elementwise.adam(
      network.parameters.start + offset, gradient: gradient.start,
      firstMoment: firstMoments.start + offset, secondMoment: secondMoments.start + offset,
      rates, count: gradient.rows * gradient.columns)
  }
}
