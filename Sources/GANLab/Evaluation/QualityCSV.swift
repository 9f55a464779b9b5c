/// Image quality as rows of a table.
package enum QualityCSV {
  /// The columns that say what a row's figures may be compared with.
  static let circumstances = ["images", "noise_seed", "evaluator", "evaluator_accuracy"]
  package static let columns = ImageQuality.metrics.map(\.column) + circumstances

  /// A row, in ``columns``.
  package static func fields(
    _ quality: ImageQuality, _ judge: ImageJudge, noiseSeed: UInt64
  ) -> [String] {
    ImageQuality.metrics.map { CSV.number($0.value(quality)) }
      + [
        "\(judge.count)", "\(noiseSeed)", judge.evaluator.sha256,
        CSV.number(judge.evaluator.accuracy),
      ]
  }
}
