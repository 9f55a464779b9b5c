import Foundation

/// The tables of several runs, by initialiser and seed.
public struct Comparison: Sendable {
  /// The columns that are compared.
  public static let metrics = [
    "d_loss_real", "d_loss_fake", "d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake",
    "d_accuracy", "g_accuracy",
  ]

  /// One run's table.
  public struct Run: Sendable {
    public let path: String
    public let initialization: String
    public let seed: String
    /// By metric: a value an epoch.
    let values: [String: [Double]]
    public let epochs: Int

    /// The mean of `metric` over the epochs `range`, counted from 1.
    func mean(_ metric: String, over range: ClosedRange<Int>) -> Double {
      let values = values[metric]?[range.lowerBound - 1..<range.upperBound] ?? []
      return values.reduce(0, +) / Double(values.count)
    }

    func value(_ metric: String, epoch: Int) -> Double { values[metric]?[epoch - 1] ?? .nan }
  }

  /// Each initialiser with its runs, in the order in which they were given.
  public let groups: [(initialization: String, runs: [Run])]

  /// - Parameter paths: directories of runs.
  /// - Throws: ``StorageError`` where one is no run, is there twice, or differs from the others in
  ///   more than its weights and its seed.
  public init(_ paths: [String]) throws(StorageError) {
    var groups: [(initialization: String, runs: [Run])] = []
    var first: (path: String, config: RunConfig)?
    for path in paths {
      let config = try RunConfig(path: path + "/config.json")
      if let first, !Self.areComparable(first.config, config) {
        throw StorageError(
          "\(path): other options or data than \(first.path) has; runs that are compared may differ in "
            + "their weights, seeds and epochs only.")
      }
      first = first ?? (path, config)
      let run = try Self.read(path, config.experiment)
      if let index = groups.firstIndex(where: { $0.initialization == run.initialization }) {
        if let other = groups[index].runs.first(where: { $0.seed == run.seed }) {
          throw StorageError("\(path): the same init and seed as \(other.path).")
        }
        groups[index].runs.append(run)
      } else {
        groups.append((run.initialization, [run]))
      }
    }
    self.groups = groups
  }

  private static func areComparable(_ a: RunConfig, _ b: RunConfig) -> Bool {
    var configuration = b.experiment
    configuration.initializer = a.experiment.initializer
    configuration.seed = a.experiment.seed
    configuration.epochs = a.experiment.epochs
    configuration.maximumSteps = a.experiment.maximumSteps
    configuration.threads = a.experiment.threads
    return configuration == a.experiment && a.data == b.data
  }

  private static func read(_ path: String, _ configuration: Configuration) throws(StorageError)
    -> Run
  {
    let file = path + "/metrics.csv"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw StorageError(file, "cannot be read")
    }
    let rows = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    guard let header = rows.first, rows.count > 1 else {
      throw StorageError("\(file): no rows, expected one an epoch.")
    }
    var values: [String: [Double]] = [:]
    for metric in metrics {
      guard let column = header.firstIndex(of: metric) else {
        throw StorageError("\(file): no column \(metric).")
      }
      values[metric] = rows.dropFirst().compactMap {
        $0.count == header.count ? Double($0[column]) : nil
      }
      guard values[metric]?.count == rows.count - 1 else {
        throw StorageError("\(file): a row without a number in column \(metric).")
      }
    }
    return Run(
      path: path, initialization: configuration.initializer.label, seed: "\(configuration.seed)",
      values: values, epochs: rows.count - 1)
  }

  /// The epochs that all runs have.
  public var commonEpochs: Int { groups.flatMap(\.runs).map(\.epochs).min() ?? 0 }

  // MARK: What they say

  /// The mean of `metric` over the epochs `range`, which all runs have: an estimate over an initialiser's
  /// seeds.
  public func mean(_ metric: String, of group: Int, over range: ClosedRange<Int>) -> Estimate {
    Estimate(groups[group].runs.map { $0.mean(metric, over: range) })
  }

  /// The last `count` epochs that all runs have.
  public func lastEpochs(_ count: Int) -> ClosedRange<Int> {
    max(1, commonEpochs - count + 1)...commonEpochs
  }

  /// The difference of two initialisers, the second less the first, in the mean of `metric` over the
  /// epochs `range`: an estimate over the seeds that both have. Runs of one seed saw the same batches and
  /// the same noise. Nil where there is no such seed.
  public func difference(
    _ metric: String, from first: Int, to second: Int, over range: ClosedRange<Int>
  ) -> Estimate? {
    let differences = groups[second].runs.compactMap { run in
      groups[first].runs.first { $0.seed == run.seed }.map {
        run.mean(metric, over: range) - $0.mean(metric, over: range)
      }
    }
    return differences.isEmpty ? nil : Estimate(differences)
  }

  /// For each run of an initialiser the first epoch at which `metric` is at `level`; nil where it never is.
  public func firstEpochs(of group: Int, at level: Threshold) -> [Int?] {
    groups[group].runs.map { run in
      (1...run.epochs).first { level.isReached(by: run.value(level.metric, epoch: $0)) }
    }
  }

  /// Such as g_accuracy>=0.1.
  public struct Threshold: Sendable, CustomStringConvertible {
    public let metric: String
    let isMinimum: Bool
    let value: Double

    /// Nil for anything but a metric, `>=` or `<=`, and a number.
    public init?(_ text: String) {
      for (sign, isMinimum) in [(">=", true), ("<=", false)] {
        let parts = text.components(separatedBy: sign)
        if parts.count == 2, Comparison.metrics.contains(parts[0]), let value = Double(parts[1]) {
          (metric, self.isMinimum, self.value) = (parts[0], isMinimum, value)
          return
        }
      }
      return nil
    }

    func isReached(by value: Double) -> Bool {
      isMinimum ? value >= self.value : value <= self.value
    }

    public var description: String { "\(metric) \(isMinimum ? "≥" : "≤") \(value)" }
  }

  /// Writes `comparison.csv`: a row for each initialiser, epoch and metric, over the seeds that
  /// have the epoch.
  ///
  /// - Throws: ``StorageError``.
  public func writeTable(to path: String) throws(StorageError) {
    var lines = ["init,epoch,metric,n,mean,std,low,high"]
    for (initialization, runs) in groups {
      for epoch in 1...(runs.map(\.epochs).max() ?? 1) {
        for metric in Self.metrics {
          let estimate = Estimate(
            runs.filter { $0.epochs >= epoch }.map { $0.value(metric, epoch: epoch) })
          let spread = [
            estimate.standardDeviation, estimate.margin.map { estimate.mean - $0 },
            estimate.margin.map { estimate.mean + $0 },
          ].map { $0.map { MetricsCSV.number($0, decimals: 6) } ?? "" }
          let mean = MetricsCSV.number(estimate.mean, decimals: 6)
          lines.append(
            (["\(initialization),\(epoch),\(metric),\(estimate.count),\(mean)"] + spread)
              .joined(separator: ","))
        }
      }
    }
    try AtomicFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
  }
}
