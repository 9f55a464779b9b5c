/// How good and how varied some images are, measured against real ones.
package struct ImageQuality: Sendable, Equatable {
  package let frechetDistance: Double
  package let kernelDistance: KernelDistance
  package let coverage: PrecisionRecall
  package let score: ClassifierScore
  package let classDivergence: Double
  package let logLikelihood: ParzenWindow.LogLikelihood
  /// The kernels' width that it was measured with.
  package let sigma: ParzenWindow.Choice
  package let copying: Double

  /// A figure, by its column in files.
  package struct Metric: Sendable {
    package let column: String
    /// What the figure would be for images as good as real ones, in words; nil for what has no ideal.
    package let ideal: String?
    /// Whether comparisons in words show it.
    package let isCompared: Bool
    package let value: @Sendable (ImageQuality) -> Double?

    fileprivate init(
      _ column: String, ideal: String? = nil, isCompared: Bool = false,
      _ value: @escaping @Sendable (ImageQuality) -> Double?
    ) {
      (self.column, self.ideal, self.isCompared, self.value) = (column, ideal, isCompared, value)
    }
  }

  /// The one list of them, in the order of every table.
  package static let metrics = [
    Metric("frechet_distance", ideal: "0", isCompared: true) { $0.frechetDistance },
    Metric("kernel_distance", ideal: "0", isCompared: true) { $0.kernelDistance.value },
    Metric("kernel_distance_error") { $0.kernelDistance.standardError },
    Metric("precision", ideal: "1", isCompared: true) { $0.coverage.precision },
    Metric("recall", ideal: "1", isCompared: true) { $0.coverage.recall },
    Metric("density", ideal: "1") { $0.coverage.density },
    Metric("coverage", ideal: "1", isCompared: true) { $0.coverage.coverage },
    Metric("classifier_score", ideal: "10") { $0.score.score },
    Metric("class_divergence", ideal: "0", isCompared: true) { $0.classDivergence },
    Metric("classes", ideal: "10") { Double($0.score.presentClasses) },
    Metric("log_likelihood", ideal: "high") { $0.logLikelihood.mean },
    Metric("log_likelihood_error") { $0.logLikelihood.standardError },
    Metric("log_likelihood_sigma") { $0.sigma.sigma },
    Metric("copying", ideal: "0") { $0.copying },
  ]
}
