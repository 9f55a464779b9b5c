import Foundation
import Testing

@testable import GANLab

/// Training steps of small GANs that PyTorch computed in double precision.
///
/// The tests take every `gan_*.json` in Tests/GANLabTests/Oracle, or in the folder that the
/// environment variable GAN_ORACLE_DIR names.
struct OracleTests {
  @Test(arguments: Oracle.files())
  func `every step agrees with PyTorch`(file: URL) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let oracle = try decoder.decode(Oracle.self, from: Data(contentsOf: file))
    for threads in [1, 2, 3, 5] {
      let gan = oracle.makeGAN(threads: threads)
      for (index, step) in oracle.steps.enumerated() {
        check(step, index, of: oracle, gan)
      }
      expectParameters(of: gan.generator, oracle.generatorAfter, "generator")
      expectParameters(of: gan.discriminator, oracle.discriminatorAfter, "discriminator")
    }
  }

  private func check(_ step: Oracle.Step, _ index: Int, of oracle: Oracle, _ gan: GAN) {
    let (d, g) = (gan.discriminator, gan.generator)
    func source(_ elements: [Double], width: Int) -> GAN.RowSource {
      { rows, target in
        target.fill(Array(elements[(rows.lowerBound * width)..<(rows.upperBound * width)]))
      }
    }
    let discriminatorScores = gan.updateDiscriminator(
      real: source(step.real, width: d.inputs), noise: source(step.noise, width: g.inputs))
    #expect(index > 0 || step.generatorFirstWeightGradient != nil, "no first gradients")
    if let fake = step.fake {
      expectClose(gan.generatorBuffers.output.elements, fake, "step \(index): fakes")
    }
    expectFirstWeightGradient(
      d, gan.discriminatorBuffers, step.discriminatorFirstWeightGradient, "step \(index): D")

    let generatorScore = gan.updateGenerator()
    expectFirstWeightGradient(
      g, gan.generatorBuffers, step.generatorFirstWeightGradient, "step \(index): G")

    let statistics = GANStatistics(
      real: discriminatorScores.real, fake: discriminatorScores.fake, generator: generatorScore)
    for (value, expected) in [
      (statistics.discriminatorLossReal, step.dLossReal),
      (statistics.discriminatorLossFake, step.dLossFake),
      (statistics.generatorLoss, step.gLoss),
    ] {
      #expect(abs(value - expected) <= 1e-4 * expected, "step \(index)")
    }
    #expect(abs(statistics.discriminatorAccuracyReal - step.dAccuracyReal) < 1e-9)
    #expect(abs(statistics.discriminatorAccuracyFake - step.dAccuracyFake) < 1e-9)
    #expect(abs(statistics.generatorAccuracy - step.gAccuracy) < 1e-9)
  }

  private func expectFirstWeightGradient(
    _ network: MLP, _ batch: LayerBuffers, _ expected: [Double]?, _ what: String
  ) {
    guard let expected else { return }
    expectClose(network.wholeWeightGradient(0, of: batch).elements, expected, what)
  }

  func expectParameters(of network: MLP, _ expected: Oracle.Network, _ name: String) {
    for (index, layer) in network.layers.enumerated() {
      expectClose(
        network.wholeWeights(index, in: network.parameters).elements, expected.weights[index],
        "\(name) weights \(index)")
      expectClose(layer.biases.elements, expected.biases[index], "\(name) biases \(index)")
    }
  }
}

/// One of the files; the names are the file's, but for the case.
struct Oracle: Decodable {
  struct Network: Decodable {
    let sizes: [Int]
    let activations: [String]
    let weights: [[Double]]
    let biases: [[Double]]

    func makeMLP(leakySlope: Double) -> MLP {
      let network = MLP(
        sizes: sizes, activations: activations.map { Activation(rawValue: $0)! },
        leakySlope: Float(leakySlope))
      for (index, layer) in network.layers.enumerated() {
        layer.weights.fill(weights[index])
        layer.biases.fill(biases[index])
      }
      return network
    }
  }

  struct Step: Decodable {
    let real, noise: [Double]
    let dLossReal, dLossFake, gLoss: Double
    let dAccuracyReal, dAccuracyFake, gAccuracy: Double
    /// Given for the first step.
    let fake, discriminatorFirstWeightGradient, generatorFirstWeightGradient: [Double]?
  }

  struct AdamSettings: Decodable {
    let learningRate, beta1, beta2, epsilon: Double
  }

  let adam: AdamSettings
  let leakySlope: Double
  let batch: Int
  let generator, discriminator, generatorAfter, discriminatorAfter: Network
  let steps: [Step]

  func makeGAN(threads: Int) -> GAN {
    GAN(
      generator: generator.makeMLP(leakySlope: leakySlope),
      discriminator: discriminator.makeMLP(leakySlope: leakySlope), batchSize: batch,
      rule: Adam(
        learningRate: Float(adam.learningRate), beta1: Float(adam.beta1),
        beta2: Float(adam.beta2), epsilon: Float(adam.epsilon)),
      threads: threads)
  }

  /// - Parameter prefix: of the names.
  static func files(_ prefix: String = "gan_") -> [URL] {
    let named = ProcessInfo.processInfo.environment["GAN_ORACLE_DIR"]
    let folder =
      named.map { URL(fileURLWithPath: $0) }
      ?? Bundle.module.resourceURL!.appendingPathComponent("Oracle")
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let oracles = (files ?? []).filter {
      $0.lastPathComponent.hasPrefix(prefix) && $0.pathExtension == "json"
    }
    precondition(!oracles.isEmpty, "no \(prefix)*.json in \(folder.path)")
    return oracles.sorted { $0.path < $1.path }
  }
}
