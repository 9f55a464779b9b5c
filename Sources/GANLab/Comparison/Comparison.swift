import Foundation

/// The tables of several runs of one kind, by initialiser and seed.
package struct Comparison: Sendable {
  /// One run's table.
  package struct Run: Sendable {
    package let path: String
    package let initialization: String
    package let seed: String
    /// By metric: a value an epoch.
    let values: [String: [Double]]
    package let epochs: Int

    /// The mean of `metric` over the epochs `range`, counted from 1.
    func mean(_ metric: String, over range: ClosedRange<Int>) -> Double {
      let values = values[metric]?[range.lowerBound - 1..<range.upperBound] ?? []
      return values.reduce(0, +) / Double(values.count)
    }

    func value(_ metric: String, epoch: Int) -> Double { values[metric]?[epoch - 1] ?? .nan }
  }

  /// The columns that all runs have, and whether words show them.
  package let metrics: [(column: String, isCompared: Bool)]
  /// Each initialiser with its runs, in the order in which they were given.
  package let groups: [(initialization: String, runs: [Run])]

  /// - Parameter paths: directories of runs; at least one.
  /// - Throws: ``StorageError`` where one is no run, is there twice, or differs from the others in
  ///   more than its weights and its seed.
  package init(_ paths: [String]) throws(StorageError) {
    var groups: [(initialization: String, runs: [Run])] = []
    var first: (path: String, config: RunConfig)?
    for path in paths {
      let config = try RunConfig(path: RunDirectory.configPath(ofRun: path))
      if let first, let differences = first.config.differences(from: config) {
        throw StorageError(
          "\(path): other \(differences) than \(first.path) has; runs that are compared may differ "
            + "in their weights, seeds and epochs only.")
      }
      first = first ?? (path, config)
      let run = try Self.read(path, config)
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
    metrics = (first?.config.kind.metrics ?? []).filter { metric, _ in
      groups.allSatisfy { $0.runs.allSatisfy { $0.values[metric] != nil } }
    }
  }

  private static func read(_ path: String, _ config: RunConfig) throws(StorageError) -> Run {
    let label: String
    let seed: String
    do {
      let shared = try config.experiment.decode(Shared.self)
      (label, seed) = (shared.initializer.label, "\(shared.seed)")
    } catch {
      throw StorageError("\(path): no initialiser or seed in config.json.")
    }
    let file = RunDirectory.metricsPath(ofRun: path)
    let table = try CSV(path: file, allowsPartialRow: true)
    if table.rows.isEmpty { throw StorageError("\(file): no rows, expected one an epoch.") }
    var values: [String: [Double]] = [:]
    for (metric, _) in config.kind.metrics {
      // A run of an earlier version may lack a metric, or have it from some epoch on.
      guard let column = table.column(metric), !column.contains("") else { continue }
      values[metric] = column.compactMap { Double($0) }
      guard values[metric]?.count == column.count else {
        throw StorageError("\(file): a row without a number in column \(metric).")
      }
    }
    if values.isEmpty { throw StorageError("\(file): none of the columns of a run's results.") }
    return Run(
      path: path, initialization: label, seed: seed, values: values, epochs: table.rows.count)
  }

  private struct Shared: Decodable {
    let initializer: Initializer
    let seed: UInt64
  }

  /// The epochs that all runs have.
  package var commonEpochs: Int { groups.flatMap(\.runs).map(\.epochs).min() ?? 0 }

  // MARK: What they say

  /// The mean of `metric` over the epochs `range`, which all runs have: an estimate over an initialiser's
  /// seeds.
  package func mean(_ metric: String, of group: Int, over range: ClosedRange<Int>) -> Estimate {
    Estimate(groups[group].runs.map { $0.mean(metric, over: range) })
  }

  /// The last `count` epochs that all runs have.
  package func lastEpochs(_ count: Int) -> ClosedRange<Int> {
    max(1, commonEpochs - count + 1)...commonEpochs
  }

  /// The difference of two initialisers, the second less the first, in the mean of `metric` over the
  /// epochs `range`: an estimate over the seeds that both have. Runs of one seed saw the same batches and
  /// the same noise. Nil where there is no such seed.
  package func difference(
    _ metric: String, from first: Int, to second: Int, over range: ClosedRange<Int>
  ) -> Estimate? {
    let differences = groups[second].runs.compactMap { run in
      groups[first].runs.first { $0.seed == run.seed }.map {
        run.mean(metric, over: range) - $0.mean(metric, over: range)
      }
    }
    return differences.isEmpty ? nil : Estimate(differences)
  }

  /// For each run of an initialiser the first epoch at which a metric is at `threshold`; nil where it
  /// never is.
  package func firstEpochs(of group: Int, at threshold: Threshold) -> [Int?] {
    groups[group].runs.map { run in
      (1...run.epochs).first { threshold.isReached(by: run.value(threshold.metric, epoch: $0)) }
    }
  }

  /// Writes `comparison.csv`: a row for each initialiser, epoch and metric, over the seeds that
  /// have the epoch.
  ///
  /// - Throws: ``StorageError``.
  package func writeTable(to path: String) throws(StorageError) {
    var table = CSV(header: ["init", "epoch", "metric", "n", "mean", "std", "low", "high"])
    for (initialization, runs) in groups {
      for epoch in 1...(runs.map(\.epochs).max() ?? 1) {
        for (metric, _) in metrics {
          let estimate = Estimate(
            runs.filter { $0.epochs >= epoch }.map { $0.value(metric, epoch: epoch) })
          let interval = estimate.margin.map { (estimate.mean - $0, estimate.mean + $0) }
          table.append(
            [initialization, "\(epoch)", metric, "\(estimate.count)", CSV.number(estimate.mean)]
              + [estimate.standardDeviation, interval?.0, interval?.1].map { CSV.number($0) })
        }
      }
    }
    try table.write(to: path)
  }
}
