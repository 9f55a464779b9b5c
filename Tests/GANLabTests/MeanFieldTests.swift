import Foundation
import Testing

@testable import GANLab

/// Mean-field theory against published values and against random networks.
struct MeanFieldTests {
  /// tanh, σ_b² = 0.05: σ_w², q*, c*, χ₁, ξ_c.
  @Test(arguments: [
    (1.0, 0.194, 1, 0.759, 3.63), (1.5, 0.418, 1, 0.939, 15.8), (2.0, 0.722, 0.744, 1.048, 25.2),
    (3.0, 1.428, 0.299, 1.209, 9.05), (4.0, 2.196, 0.165, 1.342, 6.98),
  ])
  func `the phases of tanh with biases`(
    weight: Double, variance: Double, correlation: Double, chi: Double, scale: Double
  ) throws {
    let phase = MeanField(.tanh).phase(weightVariance: weight, biasVariance: 0.05)
    #expect(abs(phase.variance - variance) < 6e-4)
    #expect(abs(try #require(phase.correlation) - correlation) < 6e-4)
    #expect(abs(phase.chi - chi) < 6e-4)
    #expect(abs(phase.depthScale / scale - 1) < 3e-3, "\(phase.depthScale)")
  }

  @Test func `critical points`() throws {
    let tanh = MeanField(.tanh).phase(weightVariance: 1.7610, biasVariance: 0.05)
    #expect(abs(tanh.variance - 0.57) < 5e-3 && abs(tanh.chi - 1) < 1e-4)
    #expect(tanh.depthScale > 1000)
    let without = MeanField(.tanh)
    #expect(without.phase(weightVariance: 0.9, biasVariance: 0).variance == 0)
    #expect(abs(without.phase(weightVariance: 0.9, biasVariance: 0).chi - 0.9) < 1e-6)
    #expect(without.phase(weightVariance: 1.1, biasVariance: 0).chi > 1)
    #expect(without.phase(weightVariance: 2, biasVariance: 0).correlation == 0)
    let relu = MeanField(.relu)
    #expect(relu.phase(weightVariance: 2, biasVariance: 0).depthScale == .infinity)
    #expect(
      abs(relu.phase(weightVariance: 1, biasVariance: 0).depthScale - 1 / log(2)) < 1e-9)
    #expect(relu.phase(weightVariance: 1, biasVariance: 0).variance == 0)
    #expect(relu.phase(weightVariance: 3, biasVariance: 0).variance == .infinity)
    #expect(
      abs(
        MeanField(.leakyReLU, slope: 0.5).phase(weightVariance: 1.6, biasVariance: 0).chi - 1)
        < 1e-9)
  }

  @Test func `a normal variable's moments, and the arc-cosine kernel against quadrature`() {
    let quadrature = GaussHermite(count: 128)
    for (power, moment) in [(0, 1.0), (2, 1), (4, 3), (6, 15), (10, 945)] {
      #expect(abs(quadrature.mean { pow($0, Double(power)) } - moment) < 1e-9 * moment)
    }
    #expect(abs(quadrature.mean { cos($0) } - exp(-0.5)) < 1e-12)
    let relu = MeanField(.leakyReLU, slope: 0.2)
    #expect(abs(relu.meanProduct(2, 2, correlation: 1) - relu.meanSquare(variance: 2)) < 1e-9)
    #expect(
      abs(relu.meanProduct(2, 3, correlation: 0) - 0.64 * (6.0).squareRoot() / (2 * .pi)) < 1e-9)
    #expect(abs(relu.meanDerivativeProduct(1, 1, correlation: 1) - 0.52) < 1e-9)
  }

  /// Networks of width 1,000 that are wide enough for the theory: the mean over some of them, of each
  /// layer's mean square and correlation, is within five standard errors.
  @Test(
    arguments: [
      (Activation.tanh, 1.5, 0.05), (.tanh, 3, 0.05), (.relu, 2, 0), (.sigmoid, 4, 0.1),
      (.softsign, 2, 0.05), (.selu, 1, 0), (.leakyReLU, 1.9, 0.02),
    ] as [(Activation, Double, Double)])
  func `random networks do as predicted, layer by layer`(
    activation: Activation, weight: Double, bias: Double
  ) throws {
    let (width, depth, trials) = (1000, 5, 6)
    let initializer = Initializer(
      .random, randomStandardDeviation: Float((weight / Double(width)).squareRoot()),
      biasStandardDeviation: Float(bias.squareRoot()))
    let input = Matrix(rows: 12, columns: width)
    input.fillNormal(seed: 5)
    // Inputs that have something in common.
    for row in 1..<12 { for column in 0..<500 { input[row, column] = input[0, column] } }
    var squares = [[Double]](repeating: [], count: depth)
    var correlations = squares
    var prediction: SignalPrediction?
    for trial in 0..<trials {
      let network = MLP(
        sizes: [Int](repeating: width, count: depth + 1),
        activations: [Activation](repeating: activation, count: depth), leakySlope: 0.2)
      initializer.draw(network, seed: UInt64(trial), purpose: .classifierWeights)
      let probe = LayerProbe(network, input: input, threads: 2) { _, gradient in
        gradient.fillNormal(seed: 1)
      }
      prediction = SignalPrediction(network, initializer, probe)
      #expect(abs(try #require(probe.inputCorrelation) - 0.5) < 0.1)
      for (index, layer) in probe.layers.enumerated() {
        squares[index].append(pow(layer.preActivation.rootMeanSquare, 2))
        correlations[index].append(try #require(layer.correlation))
      }
    }
    let layers = try #require(prediction).layers
    for (index, layer) in layers.enumerated() {
      for (found, expected) in [
        (squares[index], layer.variance), (correlations[index], layer.correlation),
      ] {
        let estimate = Estimate(found)
        let error = try #require(estimate.standardDeviation) / Double(trials).squareRoot()
        #expect(
          abs(estimate.mean - expected) < 5 * error + 1e-3 * expected,
          "layer \(index + 1): \(estimate.mean), expected \(expected), standard error \(error)")
      }
    }
  }
}
