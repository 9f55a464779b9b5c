import Testing

@testable import GANLab

struct GANTests {
  private static func makeGAN(threads: Int, batchSize: Int = 7) -> GAN {
    let generator = MLP(
      sizes: [5, 40, 36], activations: [.leakyReLU, .tanh], leakySlope: 0.2)
    let discriminator = MLP(
      sizes: [36, 40, 1], activations: [.leakyReLU, .identity], leakySlope: 0.2)
    Initializer(.xavierHe).draw(generator, seed: 1, purpose: .generatorWeights)
    Initializer(.xavierHe).draw(discriminator, seed: 1, purpose: .discriminatorWeights)
    return GAN(
      generator: generator, discriminator: discriminator, batchSize: batchSize,
      rule: Adam(), threads: threads)
  }

  private static var noise: GAN.RowSource { source(.noise) }
  private static var real: GAN.RowSource { source(.sampleGrid) }

  private static func source(_ purpose: RandomStream.Purpose) -> GAN.RowSource {
    let stream = RandomStream(seed: 2, purpose: purpose)
    return { rows, target in
      for row in rows { stream.fillNormal(target.row(row - rows.lowerBound), row: row) }
    }
  }

  private func parameters(_ network: MLP) -> [Float] {
    network.split(across: 1).layers.flatMap { $0.weights.elements + $0.biases.elements }
  }

  @Test func `a discriminator step leaves the generator bit-identical, and the reverse`() {
    let gan = Self.makeGAN(threads: 2)
    let (generator, discriminator) = (parameters(gan.generator), parameters(gan.discriminator))
    _ = gan.updateDiscriminator(real: Self.real, noise: Self.noise)
    #expect(parameters(gan.generator) == generator)
    let updated = parameters(gan.discriminator)
    #expect(updated != discriminator)
    _ = gan.updateGenerator()
    #expect(parameters(gan.discriminator) == updated)
    #expect(parameters(gan.generator) != generator)
  }

  @Test(arguments: [1, 2, 3, 5, 7, 20])
  func `the number of threads changes a step by no more than rounding`(threads: Int) {
    let one = Self.makeGAN(threads: 1)
    let several = Self.makeGAN(threads: threads)
    for _ in 0..<3 {
      let expected = one.step(real: Self.real, noise: Self.noise)
      let statistics = several.step(real: Self.real, noise: Self.noise)
      #expect(abs(statistics.discriminatorLoss - expected.discriminatorLoss) < 1e-5)
      #expect(abs(statistics.generatorLoss - expected.generatorLoss) < 1e-5)
    }
    expectClose(parameters(several.generator), parameters(one.generator).map(Double.init))
  }

  @Test func `the same steps on the same threads give the same bits`() {
    let runs = (0..<2).map { _ in
      let gan = Self.makeGAN(threads: 2)
      for _ in 0..<5 { _ = gan.step(real: Self.real, noise: Self.noise) }
      return parameters(gan.generator) + parameters(gan.discriminator)
    }
    #expect(runs[0] == runs[1])
  }
}
