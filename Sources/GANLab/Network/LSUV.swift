/// Layer-sequential unit-variance initialisation (Mishkin & Matas 2016): orthonormal weights, then layer
/// by layer each divided by the standard deviation of what it gives, measured on a batch.
enum LSUV {
  /// How far from 1 a measured variance may be, and how often a layer is divided at most.
  static let tolerance = 0.1
  static let tries = 10

  /// Divides the weights of every layer of a network with orthonormal weights and biases of zero.
  ///
  /// - Parameter input: [batch, inputs].
  /// - Parameter gain: each layer's weights are multiplied by it once they are right.
  static func normalize(_ network: MLP, on input: Matrix, gain: Float) {
    BLAS.useCallingThreadOnly()
    var input = input
    for layer in network.layers {
      let output = Matrix(rows: input.rows, columns: layer.outputs)
      for _ in 0..<tries {
        BLAS.multiply(input, layer.weights, into: output)
        Activation.identity.forward(output, bias: layer.biases, slope: 0)
        let deviation = Moments(output).standardDeviation
        // A layer that gives the same for every example and output stays as it is.
        if abs(deviation * deviation - 1) < tolerance || deviation == 0 { break }
        layer.weights.scale(by: Float(1 / deviation))
      }
      layer.weights.scale(by: gain)
      BLAS.multiply(input, layer.weights, into: output)
      layer.activation.forward(output, bias: layer.biases, slope: network.leakySlope)
      input = output
    }
  }
}

extension Matrix {
  func scale(by factor: Float) {
    for row in 0..<rows {
      let elements = self.row(row)
      for index in elements.indices { elements[index] *= factor }
    }
  }
}
