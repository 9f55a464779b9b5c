/// The losses and accuracies of one step, or their means over several.
public struct GANStatistics: Sendable, Equatable, Codable {
  /// BCE(D(real), 1)
  public var discriminatorLossReal: Double = 0
  /// BCE(D(fake), 0), before the discriminator's update.
  public var discriminatorLossFake: Double = 0
  /// BCE(D(fake), 1), after the discriminator's update.
  public var generatorLoss: Double = 0
  /// The share of real images with logit > 0.
  public var discriminatorAccuracyReal: Double = 0
  /// The share of fakes with logit < 0, before the discriminator's update.
  public var discriminatorAccuracyFake: Double = 0
  /// The share of fakes with logit > 0, after the discriminator's update.
  public var generatorAccuracy: Double = 0

  public init() {}

  init(real: GAN.Score, fake: GAN.Score, generator: GAN.Score) {
    discriminatorLossReal = real.loss
    discriminatorLossFake = fake.loss
    generatorLoss = generator.loss
    discriminatorAccuracyReal = real.accuracy
    discriminatorAccuracyFake = fake.accuracy
    generatorAccuracy = generator.accuracy
  }

  public var discriminatorLoss: Double { discriminatorLossReal + discriminatorLossFake }
  public var discriminatorAccuracy: Double {
    (discriminatorAccuracyReal + discriminatorAccuracyFake) / 2
  }
}

extension GANStatistics {
  static func += (sum: inout GANStatistics, addend: GANStatistics) {
    sum.discriminatorLossReal += addend.discriminatorLossReal
    sum.discriminatorLossFake += addend.discriminatorLossFake
    sum.generatorLoss += addend.generatorLoss
    sum.discriminatorAccuracyReal += addend.discriminatorAccuracyReal
    sum.discriminatorAccuracyFake += addend.discriminatorAccuracyFake
    sum.generatorAccuracy += addend.generatorAccuracy
  }

  static func / (sum: GANStatistics, divisor: Double) -> GANStatistics {
    var quotient = sum
    quotient.discriminatorLossReal /= divisor
    quotient.discriminatorLossFake /= divisor
    quotient.generatorLoss /= divisor
    quotient.discriminatorAccuracyReal /= divisor
    quotient.discriminatorAccuracyFake /= divisor
    quotient.generatorAccuracy /= divisor
    return quotient
  }
}
