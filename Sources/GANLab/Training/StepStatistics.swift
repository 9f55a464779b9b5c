/// The losses and accuracies of one step, or their means over several.
public struct StepStatistics: Sendable, Equatable {
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
    discriminatorAccuracyReal = real.matches
    discriminatorAccuracyFake = fake.matches
    generatorAccuracy = generator.matches
  }

  public var discriminatorLoss: Double { discriminatorLossReal + discriminatorLossFake }
  public var discriminatorAccuracy: Double {
    (discriminatorAccuracyReal + discriminatorAccuracyFake) / 2
  }
}

extension StepStatistics {
  private static let measured: [WritableKeyPath<StepStatistics, Double> & Sendable] = [
    \.discriminatorLossReal, \.discriminatorLossFake, \.generatorLoss,
    \.discriminatorAccuracyReal, \.discriminatorAccuracyFake, \.generatorAccuracy,
  ]

  static func += (sum: inout StepStatistics, addend: StepStatistics) {
    for path in measured { sum[keyPath: path] += addend[keyPath: path] }
  }

  static func / (sum: StepStatistics, divisor: Double) -> StepStatistics {
    var quotient = sum
    for path in measured { quotient[keyPath: path] /= divisor }
    return quotient
  }
}
