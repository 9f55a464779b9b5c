import Foundation

/// What a batch's signals are in every layer of a network on their way forward, and what a
/// gradient is on its way back. No weight is changed.
package struct LayerProbe: Sendable {
  package struct Layer: Sendable {
    package let inputs: Int
    package let outputs: Int
    package let function: Activation
    /// Of z = x · W + b and of the activations a = f(z), [batch, outputs].
    package let preActivation: Moments
    package let activation: Moments
    /// The mean over pairs of different examples of the cosine of the angle between their
    /// pre-activations; nil for one example.
    package let correlation: Double?
    /// How far the pre-activations of different examples lie apart: the root of their variance over the
    /// batch, averaged over the units.
    package let spread: Double
    /// The share of activations that are exactly zero.
    package let zeroShare: Double
    /// The share of activations at an end of the function's range: tanh and softsign beyond ±0.97,
    /// sigmoid below 0.03 or above 0.97; nil for functions without such ends.
    package let saturatedShare: Double?
    /// Of ∂loss/∂z, [batch, outputs].
    package let gradient: Moments
    /// Of ∂loss/∂W, [inputs, outputs], and ∂loss/∂b.
    package let weightGradient: Moments
    package let biasGradient: Moments
    /// The mean singular value of ∂a/∂x, the layer's Jacobian, over some of the batch's examples;
    /// nil where it was not asked for.
    package let jacobianSingularValue: Double?
    package let activationHistogram: Histogram
    package let gradientHistogram: Histogram
  }

  /// Of the input, [batch, inputs].
  package let input: Moments
  /// As a layer's.
  package let inputCorrelation: Double?
  package let layers: [Layer]

  /// Whether some layer gives zero for every example: after it nothing depends on the input.
  package var isDead: Bool { layers.contains { $0.zeroShare == 1 } }

  /// - Parameter input: [batch, inputs].
  /// - Parameter threads: share the work, the batch by its rows; the last bits may depend on how many.
  /// - Parameter outputGradient: given the network's output, [batch, outputs], writes the gradient
  ///   that goes back, ∂loss/∂output, of the same shape.
  /// - Parameter jacobianExamples: the examples to compute Jacobians for; each costs a singular
  ///   value decomposition a layer.
  /// - Precondition: the input's width is the network's, and there is at least one row.
  package init(
    _ network: MLP, input: Matrix, jacobianExamples: Int = 0, threads: Int = 1,
    outputGradient: (_ output: Matrix, _ gradient: Matrix) throws -> Void
  ) rethrows {
    precondition(
      input.columns == network.inputs && input.rows > 0,
      "a \(input.shape) input for a network of \(network.inputs)")
    BLAS.useCallingThreadOnly()
    let network = network.split(across: 1)
    let batch = LayerBuffers(of: network, batchSize: input.rows)
    batch.input.copy(from: input)
    let preActivations = network.layers.map { Matrix(rows: input.rows, columns: $0.outputs) }
    let workers = Workers(count: threads)
    workers.run { worker in
      Self.forward(network, batch, worker.range(of: input.rows), preActivations)
    }
    try outputGradient(batch.output, batch.outputGradient)
    workers.run { network.backward(batch, rows: $0.range(of: input.rows), .single) }

    let activations = network.layers.indices.map { Moments(batch.activation($0, .single)) }
    let gradients = network.layers.indices.map { Moments(batch.gradient($0, .single)) }
    let activationRange = Self.commonRange(activations.map(\.rootMeanSquare))
    let gradientRange = Self.commonRange(gradients.map(\.rootMeanSquare))
    self.input = Moments(input)
    inputCorrelation = Self.correlation(of: input)
    func look(_ index: Int) -> Layer {
      let layer = network.layers[index]
      let weightGradient = Matrix(rows: layer.inputs, columns: layer.outputs)
      network.weightGradient(
        layer: index, rows: 0..<layer.inputs, of: batch, into: weightGradient, .single)
      let biasGradient = Matrix(rows: 1, columns: layer.outputs)
      network.biasGradient(layer: index, of: batch, into: biasGradient, .single)
      let output = batch.activation(index, .single)
      return Layer(
        inputs: layer.inputs, outputs: layer.outputs, function: layer.activation,
        preActivation: Moments(preActivations[index]), activation: activations[index],
        correlation: Self.correlation(of: preActivations[index]),
        spread: Self.spread(of: preActivations[index]),
        zeroShare: Self.share(of: output) { $0 == 0 },
        saturatedShare: Self.saturatedShare(of: output, layer.activation),
        gradient: gradients[index], weightGradient: Moments(weightGradient),
        biasGradient: Moments(biasGradient),
        jacobianSingularValue: Self.jacobianSingularValue(
          layer, at: output.rows(0..<min(jacobianExamples, output.rows)),
          slope: network.leakySlope),
        activationHistogram: Histogram(
          of: output, in: layer.activation.range ?? activationRange),
        gradientHistogram: Histogram(of: batch.gradient(index, .single), in: gradientRange))
    }
    let count = network.layers.count
    layers = [Layer](unsafeUninitializedCapacity: count) { looks, initialized in
      workers.run { worker in
        for index in stride(from: worker.index, to: count, by: threads) {
          (looks.baseAddress! + index).initialize(to: look(index))
        }
      }
      initialized = count
    }
  }

  /// The forward pass of the rows `rows`, layer by layer, that keeps what comes before each activation.
  private static func forward(
    _ network: MLP, _ batch: LayerBuffers, _ rows: Range<Int>, _ preActivations: [Matrix]
  ) {
    var input = batch.input.rows(rows)
    for (index, layer) in network.layers.enumerated() {
      let (z, output) = (
        preActivations[index].rows(rows), batch.activation(index, .single).rows(rows)
      )
      BLAS.multiply(input, layer.weights, into: z)
      Activation.identity.forward(z, bias: layer.biases, slope: 0)
      output.copy(from: z)
      let noBiases = Matrix(rows: 1, columns: layer.outputs)
      layer.activation.forward(output, bias: noBiases, slope: network.leakySlope)
      input = output
    }
  }

  /// One range for all layers, so that a layer whose signal is lost shows as a peak at zero.
  private static func commonRange(_ sizes: [Double]) -> ClosedRange<Double> {
    let largest = sizes.filter(\.isFinite).max() ?? 0
    return largest > 0 ? -3 * largest...3 * largest : -1...1
  }

  /// The mean cosine over pairs of different rows: the sum of all rows of length 1, squared, has the pairs
  /// twice and each row once.
  private static func correlation(of matrix: Matrix) -> Double? {
    if matrix.rows < 2 { return nil }
    var sum = [Double](repeating: 0, count: matrix.columns)
    sum.withUnsafeMutableBufferPointer { sum in
      for index in 0..<matrix.rows {
        let row = matrix.row(index)
        let scale =
          1
          / (Moments(matrix.rows(index..<index + 1)).rootMeanSquare
            * Double(matrix.columns).squareRoot())
        for column in row.indices { sum[column] += scale * Double(row[column]) }
      }
    }
    let (square, count) = (sum.reduce(0) { $0 + $1 * $1 }, Double(matrix.rows))
    return (square - count) / (count * (count - 1))
  }

  /// The root of the columns' mean variance.
  private static func spread(of matrix: Matrix) -> Double {
    var sums = [Double](repeating: 0, count: matrix.columns)
    var squares = sums
    sums.withUnsafeMutableBufferPointer { sums in
      squares.withUnsafeMutableBufferPointer { squares in
        // Less the first row, so that what all rows have in common does not drown what they have not.
        let first = matrix.row(0)
        for index in 1..<max(1, matrix.rows) {
          let row = matrix.row(index)
          for column in row.indices {
            let difference = Double(row[column]) - Double(first[column])
            sums[column] += difference
            squares[column] += difference * difference
          }
        }
      }
    }
    let count = Double(matrix.rows)
    let variance = zip(sums, squares).reduce(0) { $0 + $1.1 / count - pow($1.0 / count, 2) }
    return max(0, variance / Double(matrix.columns)).squareRoot()
  }

  private static func share(of matrix: Matrix, _ isCounted: (Float) -> Bool) -> Double {
    let count = (0..<matrix.rows).reduce(0) { sum, row in
      sum + matrix.row(row).reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
    }
    return Double(count) / Double(matrix.rows * matrix.columns)
  }

  private static func saturatedShare(of output: Matrix, _ function: Activation) -> Double? {
    switch function {
    case .tanh, .softsign: share(of: output) { abs($0) > 0.97 }
    case .sigmoid: share(of: output) { $0 < 0.03 || $0 > 0.97 }
    case .relu, .leakyReLU, .selu, .identity: nil
    }
  }

  /// The Jacobian of an example is W with column j multiplied by f′(zⱼ).
  private static func jacobianSingularValue(
    _ layer: MLP.Layer, at outputs: Matrix, slope: Float
  ) -> Double? {
    if outputs.rows == 0 { return nil }
    var sum = 0.0
    for example in 0..<outputs.rows {
      let jacobian = Matrix(rows: layer.inputs, columns: layer.outputs)
      jacobian.copy(from: layer.weights)
      for row in 0..<layer.inputs {
        layer.activation.backward(
          jacobian.rows(row..<row + 1), at: outputs.rows(example..<example + 1), slope: slope)
      }
      guard let values = LinearAlgebra.singularValues(jacobian) else { return .nan }
      sum += values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
    return sum / Double(outputs.rows)
  }
}

extension Activation {
  /// The values that the function can take, where these are bounded.
  fileprivate var range: ClosedRange<Double>? {
    switch self {
    case .tanh, .softsign: -1...1
    case .sigmoid: 0...1
    case .relu, .leakyReLU, .selu, .identity: nil
    }
  }
}
