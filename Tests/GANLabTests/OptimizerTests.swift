import Testing

@testable import GANLab

struct OptimizerTests {
  /// PyTorch's formula in double precision, on a layer large enough to need several blocks.
  @Test(arguments: [1, 2, 3, 5])
  func `steps follow the formula whatever the number of workers`(threads: Int) {
    let (inputs, outputs, batchSize) = (900, 300, 4)
    let whole = MLP(sizes: [inputs, outputs], activations: [.identity], leakySlope: 0)
    Initializer(.pytorch).draw(whole, seed: 1, purpose: .generatorWeights)
    let network = whole.split(across: threads)
    let workers = Workers(count: threads)
    let rule = Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-8)
    let optimizer = Optimizer(network, rule)

    var parameters = (whole.layers[0].weights.elements + whole.layers[0].biases.elements)
      .map(Double.init)
    var first = [Double](repeating: 0, count: parameters.count)
    var second = first
    let batch = LayerBuffers(of: network, batchSize: batchSize)
    for step in 1...3 {
      batch.input.fillNormal(seed: UInt64(step))
      batch.outputGradient.fillNormal(seed: UInt64(100 + step))
      optimizer.beginStep()
      workers.run { optimizer.update(along: batch, $0) }

      let (x, d) = (batch.input.values, batch.outputGradient.values)
      let (beta1, beta2) = (Double(rule.beta1), Double(rule.beta2))
      let correction1 = 1 - power(beta1, step)
      let correction2 = 1 - power(beta2, step)
      for index in parameters.indices {
        let (input, output) = (index / outputs, index % outputs)
        let gradient = (0..<batchSize).reduce(0.0) {
          $0 + (input < inputs ? x[$1][input] : 1) * d[$1][output]
        }
        first[index] = beta1 * first[index] + (1 - beta1) * gradient
        second[index] = beta2 * second[index] + (1 - beta2) * gradient * gradient
        parameters[index] -=
          Double(rule.learningRate) / correction1 * first[index]
          / ((second[index] / correction2).squareRoot() + 1e-8)
      }
    }
    expectClose(
      network.wholeWeights(0, in: network.parameters).elements + network.layers[0].biases.elements,
      parameters)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
