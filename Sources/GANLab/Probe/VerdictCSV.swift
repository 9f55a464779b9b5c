/// `verdict.csv`: what a look before training says of a network, and what it is said from.
enum VerdictCSV {
  static let columns = [
    "optimizer", "output_spread", "gradient_ratio", "activation_std", "correlation",
    "saturated_share", "zero_share", "depth", "depth_scale", "signal", "verdict", "obstacle",
  ]

  /// A row an optimiser, in ``columns``.
  ///
  /// - Parameter optimizers: those that may train the network.
  static func rows(
    of look: NetworkLook, for optimizers: [OptimizerKind] = OptimizerKind.allCases
  ) -> [[String]] {
    optimizers.map { optimizer in
      let verdict = look.verdict(for: optimizer)
      let numbers: [Double?] = [
        verdict.outputSpread, verdict.gradientRatio, verdict.activationDeviation,
        verdict.correlation, verdict.saturatedShare, verdict.zeroShare,
      ]
      return [optimizer.rawValue] + numbers.map { CSV.number($0) }
        + ["\(verdict.depth)", CSV.number(verdict.depthScale), verdict.signal.rawValue]
        + [verdict.isLikely ? "likely" : "unlikely", verdict.obstacle?.rawValue ?? ""]
    }
  }

  /// Writes what is said of a run's networks and its optimiser.
  ///
  /// - Throws: ``StorageError``.
  static func write(
    _ looks: [NetworkLook], _ configuration: some TrainingConfiguration, to path: String
  ) throws(StorageError) {
    var table = CSV(header: ["init", "seed", "network"] + columns)
    for look in looks {
      for row in rows(of: look, for: [configuration.optimizer]) {
        table.append([configuration.initializationLabel, "\(configuration.seed)", look.name] + row)
      }
    }
    try table.write(to: path)
  }
}
