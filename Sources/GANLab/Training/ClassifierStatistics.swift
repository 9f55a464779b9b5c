/// What one step of a ``Classifier`` came to, or the means over several; and after an epoch the test.
public struct ClassifierStatistics: StepStatistics {
  /// The mean cross-entropy on the step's images, before the update.
  public var trainLoss = 0.0
  /// The share of them whose label has the greatest logit, before the update.
  public var trainAccuracy = 0.0
  /// The same on the test images, after an epoch; 0 in steps.
  public var testLoss = 0.0
  public var testAccuracy = 0.0
  /// How many classes some test image is taken for.
  public var testClasses = 0.0

  public init() {}

  public static let metrics: [Metric<ClassifierStatistics>] = [
    Metric("train_loss", .loss, title: "train loss", isCompared: true, stored: \.trainLoss),
    Metric("train_accuracy", .share, title: "train acc", isCompared: true, stored: \.trainAccuracy),
    Metric(
      "test_loss", .loss, title: "test loss", isCompared: true, stored: \.testLoss,
      isOfEpochs: true),
    Metric(
      "test_accuracy", .share, title: "test acc", isCompared: true, stored: \.testAccuracy,
      isOfEpochs: true),
    Metric("test_classes", .count, title: "classes", stored: \.testClasses, isOfEpochs: true),
  ]

  public var remark: String? {
    testClasses == 1 ? "it says the same class of every test image" : nil
  }
}
