/// A multi-layer perceptron: fully connected layers, each activation(x · W + b).
///
/// All weights and biases lie in one allocation, in order of layers; ``LayerBuffers`` holds the values
/// of a batch, so one network can serve several batches.
public final class MLP {
  /// Views of one layer's parameters.
  package struct Layer {
    package let inputs: Int
    package let outputs: Int
    package let activation: Activation
    /// [inputs, outputs]
    package let weights: Matrix
    /// [1, outputs]
    package let biases: Matrix
    /// Where the weights and the biases begin in the network's parameters.
    let weightOffset: Int
    let biasOffset: Int
  }

  package let layers: [Layer]
  /// The slope of every leaky ReLU below zero.
  package let leakySlope: Float
  let parameters: FloatStorage
  /// The kinds of work that are done: all of them but in a benchmark.
  var work = WorkKinds.all

  /// A network of zeros.
  ///
  /// - Parameter sizes: the inputs of the first layer, then the outputs of each.
  /// - Precondition: one activation a layer, at least one layer, sizes over 0.
  package init(sizes: [Int], activations: [Activation], leakySlope: Float) {
    precondition(
      sizes.count >= 2 && activations.count == sizes.count - 1 && sizes.allSatisfy { $0 > 0 },
      "sizes \(sizes) with \(activations.count) activations")
    // Every view begins at a multiple of 16 floats, a cache line.
    func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    let counts = zip(sizes, sizes.dropFirst()).map { aligned($0 * $1) + aligned($1) }
    let parameters = FloatStorage(count: counts.reduce(0, +))

    var layers: [Layer] = []
    var offset = 0
    for (index, activation) in activations.enumerated() {
      let (inputs, outputs) = (sizes[index], sizes[index + 1])
      let biasOffset = offset + aligned(inputs * outputs)
      layers.append(
        Layer(
          inputs: inputs, outputs: outputs, activation: activation,
          weights: Matrix(storage: parameters, offset: offset, rows: inputs, columns: outputs),
          biases: Matrix(storage: parameters, offset: biasOffset, rows: 1, columns: outputs),
          weightOffset: offset, biasOffset: biasOffset))
      offset += counts[index]
    }
    self.layers = layers
    self.leakySlope = leakySlope
    self.parameters = parameters
  }

  /// The memory that a network of these sizes takes, in bytes.
  ///
  /// - Parameter copies: of the parameters: 1, and 1 for each number that an optimiser keeps beside one.
  /// - Parameter batchSize: of one ``LayerBuffers``.
  package static func memory(sizes: [Int], copies: Int, batchSize: Int) -> Int {
    let parameters = zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    let values = sizes[0] + 2 * sizes.dropFirst().reduce(0, +)
    return MemoryLayout<Float>.size * (copies * parameters + batchSize * values)
  }

  package var inputs: Int { layers[0].inputs }
  package var outputs: Int { layers[layers.count - 1].outputs }

  /// What the network makes of `input`, [batch, inputs], on one thread: [batch, outputs].
  package func output(of input: Matrix) -> Matrix {
    BLAS.useCallingThreadOnly()
    let batch = LayerBuffers(of: self, batchSize: input.rows)
    batch.input.copy(from: input)
    forward(batch, rows: 0..<input.rows, .single)
    return batch.output
  }

  /// The first layer with a weight or bias that is not a finite number; nil where there is none.
  var firstNonFiniteLayer: Int? {
    layers.firstIndex { !($0.weights.isFinite && $0.biases.isFinite) }
  }

  /// The number of weights and biases.
  package var parameterCount: Int { layers.reduce(0) { $0 + ($1.inputs + 1) * $1.outputs } }

  /// Columns are shared out in whole cache lines, so that no two workers write to one.
  private static let floatsPerCacheLine = 16

  /// Runs the rows `rows` of `batch.input` through the network, into `batch.activations`.
  ///
  /// Called by all workers at once. On return each has computed columns of its own of the output.
  func forward(_ batch: LayerBuffers, rows: Range<Int>, _ worker: Worker) {
    var input = batch.input.rows(rows)
    for (layer, activation) in zip(layers, batch.activations) {
      let columns = Self.columns(of: layer.outputs, worker)
      let output = activation.rows(rows)
      worker.barrier()
      if work.contains(.products) {
        BLAS.multiply(input, layer.weights.columns(columns), into: output.columns(columns))
      }
      if work.contains(.elementwise) {
        layer.activation.forward(
          output.columns(columns), bias: layer.biases.columns(columns), slope: leakySlope)
      }
      input = output
    }
  }

  /// Sends a gradient back through the network, for the rows `rows` of a batch.
  ///
  /// On entry the last of `batch.gradients` is ∂loss/∂output; on return each is
  /// ∂loss/∂pre-activation of its layer. Called by all workers at once; of the last layer's
  /// gradient and of the input's each writes ``columns(of:_:)``.
  ///
  /// - Parameter inputGradient: gets ∂loss/∂input, [rows.count, inputs], if given.
  /// - Precondition: follows ``forward(_:rows:_:)`` on the same rows.
  func backward(
    _ batch: LayerBuffers, rows: Range<Int>, inputGradient: Matrix? = nil, _ worker: Worker
  ) {
    for index in layers.indices.reversed() {
      let layer = layers[index]
      let gradient = batch.gradients[index].rows(rows)
      if work.contains(.elementwise) {
        let columns = Self.columns(of: layer.outputs, worker)
        layer.activation.backward(
          gradient.columns(columns), at: batch.activations[index].rows(rows).columns(columns),
          slope: leakySlope)
      }
      guard let target = index > 0 ? batch.gradients[index - 1].rows(rows) : inputGradient else {
        return
      }
      let columns = Self.columns(of: layer.inputs, worker)
      worker.barrier()
      if work.contains(.products) {
        BLAS.multiply(
          gradient, layer.weights.rows(columns), transposingB: true, into: target.columns(columns))
      }
    }
  }

  /// The columns of a batch's `count` that `worker` computes.
  static func columns(of count: Int, _ worker: Worker) -> Range<Int> {
    worker.range(of: count, alignedTo: floatsPerCacheLine)
  }

  /// Computes ∂loss/∂W of the rows `inputs` of the weights of layer `index`, over the
  /// whole batch: inputᵀ · ∂loss/∂pre-activation.
  ///
  /// - Parameter gradient: gets the result, [inputs.count, outputs].
  /// - Precondition: follows ``backward(_:rows:inputGradient:_:)`` on all rows.
  func weightGradient(
    layer index: Int, inputs: Range<Int>, of batch: LayerBuffers, into gradient: Matrix
  ) {
    guard work.contains(.products) else { return }
    let input = index == 0 ? batch.input : batch.activations[index - 1]
    BLAS.multiply(
      input.columns(inputs), transposingA: true, batch.gradients[index], into: gradient)
  }

  /// Computes ∂loss/∂b of the biases `outputs` of layer `index` over the whole batch: the column
  /// sums of ∂loss/∂pre-activation.
  ///
  /// - Parameter gradient: gets the result, [1, outputs.count].
  func biasGradient(
    layer index: Int, outputs: Range<Int>, of batch: LayerBuffers, into gradient: Matrix
  ) {
    guard work.contains(.elementwise) else { return }
    let source = batch.gradients[index].columns(outputs)
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
