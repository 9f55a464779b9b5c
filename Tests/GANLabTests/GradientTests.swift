import Testing

@testable import GANLab

/// Back-propagation against central differences of a naive network in double precision.
struct GradientTests {
  /// The loss is Σ c · output with fixed random c.
  private struct Setting {
    let network: MLP
    let batch: LayerBuffers
    let coefficients: Matrix
    let inputGradient: Matrix
    var reference: ReferenceMLP
    var input: [[Double]]

    init(_ activation: Activation) {
      network = MLP(
        sizes: [5, 7, 6, 3], activations: [activation, activation, activation], leakySlope: 0.2)
      Initializer(.pytorch).initialize(network, seed: 3, purpose: .generatorWeights)
      batch = LayerBuffers(of: network, batchSize: 4)
      batch.input.fillNormal(seed: 1)
      coefficients = Matrix(rows: 4, columns: 3)
      coefficients.fillNormal(seed: 2)
      inputGradient = Matrix(rows: 4, columns: 5)
      reference = ReferenceMLP(network)
      input = batch.input.values

      network.forward(batch, rows: 0..<4, .single)
      batch.outputGradient.fill(coefficients.elements.map(Double.init))
      network.backward(batch, rows: 0..<4, inputGradient: inputGradient, .single)
    }

    var loss: Double {
      zip(reference.forward(input).joined(), coefficients.elements).reduce(0) {
        $0 + $1.0 * Double($1.1)
      }
    }

    /// ∂loss/∂(what `path` leads to)
    mutating func slope(_ path: WritableKeyPath<Setting, Double>) -> Double {
      let step = 1e-5
      let value = self[keyPath: path]
      self[keyPath: path] = value + step
      let above = loss
      self[keyPath: path] = value - step
      let below = loss
      self[keyPath: path] = value
      return (above - below) / (2 * step)
    }
  }

  @Test(arguments: Activation.allCases)
  func `the forward pass agrees with the reference`(activation: Activation) {
    let setting = Setting(activation)
    expectClose(
      setting.batch.output.elements, Array(setting.reference.forward(setting.input).joined()))
  }

  @Test(arguments: Activation.allCases)
  func `weight gradients are the slopes of the loss`(activation: Activation) {
    var setting = Setting(activation)
    for (index, layer) in setting.network.layers.enumerated() {
      let gradient = Matrix(rows: layer.inputs, columns: layer.outputs)
      // In two parts, as the workers do it.
      for rows in [0..<2, 2..<layer.inputs] {
        setting.network.weightGradient(
          layer: index, inputs: rows, of: setting.batch, into: gradient.rows(rows))
      }
      var slopes: [Double] = []
      for input in 0..<layer.inputs {
        for output in 0..<layer.outputs {
          slopes.append(setting.slope(\.reference.layers[index].weights[input][output]))
        }
      }
      expectClose(gradient.elements, slopes)
    }
  }

  @Test(arguments: Activation.allCases)
  func `bias gradients are the slopes of the loss`(activation: Activation) {
    var setting = Setting(activation)
    for (index, layer) in setting.network.layers.enumerated() {
      let gradient = Matrix(rows: 1, columns: layer.outputs)
      for columns in [0..<2, 2..<layer.outputs] {
        setting.network.biasGradient(
          layer: index, outputs: columns, of: setting.batch, into: gradient.columns(columns))
      }
      var slopes: [Double] = []
      for output in 0..<layer.outputs {
        slopes.append(setting.slope(\.reference.layers[index].biases[output]))
      }
      expectClose(gradient.elements, slopes)
    }
  }

  @Test(arguments: Activation.allCases)
  func `the input gradient is the slope of the loss`(activation: Activation) {
    var setting = Setting(activation)
    var slopes: [Double] = []
    for row in 0..<4 {
      for column in 0..<5 { slopes.append(setting.slope(\.input[row][column])) }
    }
    expectClose(setting.inputGradient.elements, slopes)
  }
}

/// Expects each value within 1e-4 of the expected one, or within 1e-5 of the largest of them;
/// and that not all are zero, which would agree with a gradient that was never computed.
func expectClose(
  _ values: [Float], _ expected: [Double], _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == expected.count, sourceLocation: sourceLocation)
  let scale = expected.map(abs).max() ?? 0
  #expect(scale > 1e-6, "\(what): nothing but zeros to compare", sourceLocation: sourceLocation)
  for (index, (value, expected)) in zip(values, expected).enumerated() {
    #expect(
      abs(Double(value) - expected) <= 1e-4 * abs(expected) + 1e-5 * scale,
      "\(what) element \(index): \(value), expected \(expected)", sourceLocation: sourceLocation)
  }
}
