import Foundation

@testable import GANLab

/// A network in double precision with plain loops: the reference for the fast one.
struct ReferenceMLP {
  struct Layer {
    var weights: [[Double]]
    var biases: [Double]
    let activation: Activation
  }

  var layers: [Layer]
  let leakySlope: Double

  /// A copy of `network`.
  init(_ network: MLP) {
    leakySlope = Double(network.leakySlope)
    layers = network.layers.map { layer in
      Layer(
        weights: (0..<layer.inputs).map { layer.weights.row($0).map(Double.init) },
        biases: layer.biases.row(0).map(Double.init), activation: layer.activation)
    }
  }

  /// [batch][inputs] → [batch][outputs]
  func forward(_ input: [[Double]]) -> [[Double]] {
    layers.reduce(input) { values, layer in
      values.map { row in
        layer.biases.indices.map { output in
          var sum = layer.biases[output]
          for (input, value) in row.enumerated() { sum += value * layer.weights[input][output] }
          return activate(sum, layer.activation)
        }
      }
    }
  }

  private func activate(_ z: Double, _ activation: Activation) -> Double {
    switch activation {
    case .identity: z
    case .relu: max(z, 0)
    case .leakyReLU: z > 0 ? z : leakySlope * z
    case .tanh: Foundation.tanh(z)
    case .sigmoid: 1 / (1 + exp(-z))
    case .softsign: z / (1 + abs(z))
    case .selu: 1.0507009873554804934 * (z > 0 ? z : 1.6732632423543772848 * expm1(z))
    }
  }
}

extension MLP {
  /// ∂loss/∂W of layer `index` over a batch whose backward pass is done, [inputs, outputs].
  func wholeWeightGradient(_ index: Int, of batch: LayerBuffers) -> Matrix {
    let gradients = Parameters(like: parameters)
    for (worker, shard) in layers[index].shards.enumerated() where !shard.range.isEmpty {
      let gradient = Matrix(
        storage: gradients.weights[worker], offset: shard.offset, rows: shard.weights.rows,
        columns: shard.weights.columns)
      // In two parts, as an optimiser may do it.
      let middle = gradient.rows / 2
      for rows in [0..<middle, middle..<gradient.rows] {
        weightGradient(
          layer: index, rows: rows, of: batch, into: gradient.rows(rows),
          Workers(count: workerCount).worker(worker))
      }
    }
    return wholeWeights(index, in: gradients)
  }

  /// ∂loss/∂b of layer `index`, likewise, [outputs].
  func wholeBiasGradient(_ index: Int, of batch: LayerBuffers) -> [Float] {
    let workers = Workers(count: workerCount)
    return (0..<workerCount).flatMap { number -> [Float] in
      let worker = workers.worker(number)
      let gradient = Matrix(rows: 1, columns: biasRange(layer: index, worker).count)
      biasGradient(layer: index, of: batch, into: gradient, worker)
      return gradient.elements
    }
  }
}

extension Matrix {
  /// [rows][columns]
  var values: [[Double]] { (0..<rows).map { row($0).map(Double.init) } }

  /// Row by row.
  var elements: [Float] { (0..<rows).flatMap { Array(row($0)) } }

  /// - Parameter elements: [rows, columns], row by row.
  func fill(_ elements: [Double]) {
    precondition(elements.count == rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = Float(elements[row * columns + column]) }
    }
  }

  /// N(0, 1)
  func fillNormal(seed: UInt64) {
    let stream = RandomStream(seed: seed, purpose: .noise)
    for row in 0..<rows { stream.fillNormal(self.row(row), row: row) }
  }
}
