import Testing

@testable import GANLab

/// Back-propagation against central differences of a naive network in double precision, on networks of
/// one to four layers, split across one to five workers: more than some of the layers have columns for.
struct GradientTests {
  /// A network and the workers that it is split across.
  struct Case: CustomTestStringConvertible {
    let activation: Activation
    let sizes: [Int]
    let workers: Int
    var testDescription: String { "\(activation.rawValue) \(sizes) on \(workers)" }
  }

  static let cases =
    Activation.allCases.map { Case(activation: $0, sizes: [5, 7, 6, 3], workers: 1) }
    + [2, 3, 5].flatMap { workers in
      [[5, 3], [5, 40, 3], [5, 40, 6, 35], [18, 33, 34, 35, 1]].map {
        Case(activation: .tanh, sizes: $0, workers: workers)
      }
    } + [Case(activation: .leakyReLU, sizes: [20, 40, 50, 40, 1], workers: 2)]

  /// The loss is Σ c · output with fixed random c.
  private struct Setting {
    let network: MLP
    let batch: LayerBuffers
    let coefficients: Matrix
    let inputGradient: Matrix
    var reference: ReferenceMLP
    var input: [[Double]]

    init(_ one: Case) {
      let sizes = one.sizes
      let whole = MLP(
        sizes: sizes, activations: sizes.dropFirst().map { _ in one.activation }, leakySlope: 0.2)
      Initializer(.pytorch).draw(whole, seed: 3, purpose: .generatorWeights)
      network = whole.split(across: one.workers)
      batch = LayerBuffers(of: network, batchSize: 4)
      batch.input.fillNormal(seed: 1)
      coefficients = Matrix(rows: 4, columns: sizes[sizes.count - 1])
      coefficients.fillNormal(seed: 2)
      inputGradient = Matrix(rows: 4, columns: sizes[0])
      reference = ReferenceMLP(whole)
      input = batch.input.values

      let (network, batch, inputGradient) = (network, batch, inputGradient)
      let workers = Workers(count: one.workers)
      workers.run { network.forward(batch, rows: 0..<4, $0) }
      batch.outputGradient.fill(coefficients.elements.map(Double.init))
      workers.run { network.backward(batch, rows: 0..<4, inputGradient: inputGradient, $0) }
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

  @Test(arguments: cases)
  func `the forward pass agrees with the reference`(one: Case) {
    let setting = Setting(one)
    expectClose(
      setting.batch.output.elements, Array(setting.reference.forward(setting.input).joined()))
  }

  @Test(arguments: cases)
  func `weight gradients are the slopes of the loss`(one: Case) {
    var setting = Setting(one)
    for (index, layer) in setting.network.layers.enumerated() {
      let gradient = setting.network.wholeWeightGradient(index, of: setting.batch).elements
      // Of large layers some hundred weights, spread over all rows and columns.
      let places = stride(from: 0, to: gradient.count, by: max(1, gradient.count / 100))
      let slopes = places.map { place in
        let (input, output) = (place / layer.outputs, place % layer.outputs)
        return setting.slope(\.reference.layers[index].weights[input][output])
      }
      expectClose(places.map { gradient[$0] }, slopes)
    }
  }

  @Test(arguments: cases)
  func `bias gradients are the slopes of the loss`(one: Case) {
    var setting = Setting(one)
    for (index, layer) in setting.network.layers.enumerated() {
      var slopes: [Double] = []
      for output in 0..<layer.outputs {
        slopes.append(setting.slope(\.reference.layers[index].biases[output]))
      }
      expectClose(setting.network.wholeBiasGradient(index, of: setting.batch), slopes)
    }
  }

  @Test(arguments: cases)
  func `the input gradient is the slope of the loss`(one: Case) {
    var setting = Setting(one)
    var slopes: [Double] = []
    for row in 0..<4 {
      for column in 0..<one.sizes[0] { slopes.append(setting.slope(\.input[row][column])) }
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
