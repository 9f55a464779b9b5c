/// The values of one batch inside a network: what the forward pass leaves for the backward one.
final class LayerBuffers {
  /// [batch, inputs]
  let input: Matrix
  /// Each layer's output, [batch, outputs].
  let activations: [Matrix]
  /// ∂loss/∂pre-activation of each layer, [batch, outputs].
  let gradients: [Matrix]

  /// - Parameter output: where the last layer's output goes, [batch, outputs]; nil for a matrix of
  ///   its own.
  init(of network: MLP, batchSize: Int, output: Matrix? = nil) {
    input = Matrix(rows: batchSize, columns: network.inputs)
    activations =
      network.layers.dropLast().map { Matrix(rows: batchSize, columns: $0.outputs) }
      + [output ?? Matrix(rows: batchSize, columns: network.outputs)]
    gradients = network.layers.map { Matrix(rows: batchSize, columns: $0.outputs) }
  }

  /// The network's output, [batch, outputs].
  var output: Matrix { activations[activations.count - 1] }
  /// ∂loss/∂output on entry to the backward pass, [batch, outputs].
  var outputGradient: Matrix { gradients[gradients.count - 1] }
}
