/// The losses and accuracies of one step of a ``GAN``, or their means over several. A logit of exactly
/// 0 counts half.
public struct GANStatistics: StepStatistics {
  /// BCE(D(real), 1)
  public var discriminatorLossReal = 0.0
  /// BCE(D(fake), 0), before the discriminator's update.
  public var discriminatorLossFake = 0.0
  /// BCE(D(fake), 1), after the discriminator's update.
  public var generatorLoss = 0.0
  /// The share of real images with logit > 0.
  public var discriminatorAccuracyReal = 0.0
  /// The share of fakes with logit < 0, before the discriminator's update.
  public var discriminatorAccuracyFake = 0.0
  /// The share of fakes with logit > 0, after the discriminator's update.
  public var generatorAccuracy = 0.0

  public init() {}

  public var discriminatorLoss: Double { discriminatorLossReal + discriminatorLossFake }
  public var discriminatorAccuracy: Double {
    (discriminatorAccuracyReal + discriminatorAccuracyFake) / 2
  }

  public static let metrics: [Metric<GANStatistics>] = [
    Metric("d_loss_real", .loss, stored: \.discriminatorLossReal),
    Metric("d_loss_fake", .loss, stored: \.discriminatorLossFake),
    Metric("d_loss", .loss, title: "D loss", isCompared: true, derived: \.discriminatorLoss),
    Metric("g_loss", .loss, title: "G loss", isCompared: true, stored: \.generatorLoss),
    Metric(
      "d_accuracy_real", .share, title: "D on real", stored: \.discriminatorAccuracyReal),
    Metric("d_accuracy_fake", .share, title: "on fake", stored: \.discriminatorAccuracyFake),
    Metric("d_accuracy", .share, isCompared: true, derived: \.discriminatorAccuracy),
    Metric(
      "g_accuracy", .share, title: "G fools D", isCompared: true, stored: \.generatorAccuracy),
  ]
}
