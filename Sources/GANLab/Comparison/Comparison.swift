import Foundation

/// The tables of several runs of one kind, by what varies and by seed.
package struct Comparison: Sendable {
  /// One run's table.
  package struct Run: Sendable {
    package let path: String
    /// Its value of each factor.
    package let values: [String]
    package let seed: String
    /// By metric: a value an epoch, not a number for one after which images were not judged.
    let metrics: [String: [Double]]
    package let epochs: Int
    /// What the figures of image quality may be compared with; nil for a run that has none.
    let judgement: [String]?

    /// The mean of `metric` over those of the epochs `range`, counted from 1, that have it.
    func mean(_ metric: String, over range: ClosedRange<Int>) -> Double {
      let values = (metrics[metric]?[range.lowerBound - 1..<range.upperBound] ?? [])
        .filter { !$0.isNaN }
      return values.reduce(0, +) / Double(values.count)
    }

    func value(_ metric: String, epoch: Int) -> Double { metrics[metric]?[epoch - 1] ?? .nan }
  }

  /// The runs with one value of each factor.
  package struct Group: Sendable {
    package let values: [String]
    package internal(set) var runs: [Run]

    /// Such as "xavier-he" or "he, sgd".
    package var name: String { values.joined(separator: ", ") }
  }

  package let kind: RunKind
  /// What varies: names of columns.
  package let factors: [String]
  /// The columns that all runs have, and whether words show them.
  package let metrics: [(column: String, isCompared: Bool)]
  /// In the order of a comparison's plan, or in which runs of them were given first.
  package let groups: [Group]

  /// - Parameter paths: directories of runs; at least one.
  /// - Throws: ``StorageError`` where one is no run, is there twice, or differs from the others in
  ///   more than what varies and its seed.
  package init(_ paths: [String], _ variation: Variation = Variation()) throws(StorageError) {
    var groups: [Group] = []
    var first: (path: String, config: RunConfig)?
    var judged: (path: String, judgement: [String])?
    for path in paths {
      let config = try RunConfig(path: RunDirectory.configPath(ofRun: path))
      if let first, let differences = first.config.differences(from: config, variation) {
        throw StorageError(
          "\(path): other \(differences) than \(first.path) has; runs that are compared may differ "
            + "in \(variation.factors.joined(separator: ", ")), seeds and epochs only.")
      }
      first = first ?? (path, config)
      let run = try Self.read(path, config, variation)
      if let judgement = run.judgement {
        if let judged, judged.judgement != judgement {
          throw StorageError(
            "\(path): images were judged by another evaluator, or other numbers of them, than those of "
              + "\(judged.path); gan-train evaluate judges all alike.")
        }
        judged = judged ?? (path, judgement)
      }
      if let index = groups.firstIndex(where: { $0.values == run.values }) {
        if let other = groups[index].runs.first(where: { $0.seed == run.seed }) {
          throw StorageError(
            "\(path): the same \(variation.factors.joined(separator: ", ")) and seed as \(other.path)."
          )
        }
        groups[index].runs.append(run)
      } else {
        groups.append(Group(values: run.values, runs: [run]))
      }
    }
    // In the order of a plan; else as they came.
    self.groups = groups.enumerated().sorted {
      (variation.place(of: $0.element.values), $0.offset)
        < (variation.place(of: $1.element.values), $1.offset)
    }.map(\.element)
    factors = variation.factors
    kind = first?.config.kind ?? .gan
    let quality = ImageQuality.metrics.map { (column: $0.column, isCompared: $0.isCompared) }
    metrics = (kind.metrics + quality).filter { metric, _ in
      groups.allSatisfy { $0.runs.allSatisfy { $0.metrics[metric] != nil } }
    }
  }

  private static func read(
    _ path: String, _ config: RunConfig, _ variation: Variation
  ) throws(StorageError) -> Run {
    guard let values = variation.values(of: config), let seed = config.experiment["seed"]?.text
    else { throw StorageError("\(path): not one of the comparison's runs.") }
    let file = RunDirectory.metricsPath(ofRun: path)
    let table = try CSV(path: file, allowsPartialRow: true)
    if table.rows.isEmpty { throw StorageError("\(file): no rows, expected one an epoch.") }
    var metrics: [String: [Double]] = [:]
    for (metric, _) in config.kind.metrics {
      // A run of an earlier version may lack a metric, or have it from some epoch on.
      guard let column = table.column(metric), !column.contains("") else { continue }
      metrics[metric] = column.compactMap { Double($0) }
      guard metrics[metric]?.count == column.count else {
        throw StorageError("\(file): a row without a number in column \(metric).")
      }
    }
    if metrics.isEmpty { throw StorageError("\(file): none of the columns of a run's results.") }
    let judgement = try readQuality(ofRun: path, epochs: table.rows.count, into: &metrics)
    return Run(
      path: path, values: values, seed: seed, metrics: metrics, epochs: table.rows.count,
      judgement: judgement)
  }

  /// Adds the figures of quality.csv, if there is one.
  ///
  /// - Returns: what they may be compared with.
  private static func readQuality(
    ofRun path: String, epochs: Int, into metrics: inout [String: [Double]]
  ) throws(StorageError) -> [String]? {
    let file = RunDirectory.qualityPath(ofRun: path)
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let table = try CSV(path: file, allowsPartialRow: true)
    guard let epoch = table.column("epoch"), let last = table.rows.last else { return nil }
    for metric in ImageQuality.metrics {
      guard let column = table.column(metric.column) else { continue }
      var values = [Double](repeating: .nan, count: epochs)
      for (number, text) in zip(epoch, column) {
        if let number = Int(number), (1...epochs).contains(number) {
          values[number - 1] = Double(text) ?? .nan
        }
      }
      metrics[metric.column] = values
    }
    return QualityCSV.circumstances.map { column in
      table.header.firstIndex(of: column).map { last[$0] } ?? ""
    }
  }

  /// The epochs that all runs have.
  package var commonEpochs: Int { groups.flatMap(\.runs).map(\.epochs).min() ?? 0 }

  // MARK: What they say

  /// The mean of `metric` over the epochs `range`, which all runs have: an estimate over a group's seeds.
  package func mean(_ metric: String, of group: Int, over range: ClosedRange<Int>) -> Estimate {
    Estimate(groups[group].runs.map { $0.mean(metric, over: range) })
  }

  /// The last `count` epochs that all runs have.
  package func lastEpochs(_ count: Int) -> ClosedRange<Int> {
    max(1, commonEpochs - count + 1)...commonEpochs
  }

  /// The difference of two groups, the second less the first, in the mean of `metric` over the
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

  /// For each run of a group the first epoch at which a metric is at `threshold`; nil where it
  /// never is.
  package func firstEpochs(of group: Int, at threshold: Threshold) -> [Int?] {
    groups[group].runs.map { run in
      (1...run.epochs).first { threshold.isReached(by: run.value(threshold.metric, epoch: $0)) }
    }
  }

  /// The pairs of groups that differ in one factor only, by its place.
  package var pairs: [(first: Int, second: Int, factor: Int)] {
    groups.indices.flatMap { first in
      groups.indices.dropFirst(first + 1).compactMap { second in
        let differing = factors.indices.filter {
          groups[first].values[$0] != groups[second].values[$0]
        }
        return differing.count == 1 ? (first, second, differing[0]) : nil
      }
    }
  }

  /// Writes `comparison.csv`: a row for each group, epoch and metric, over the seeds that
  /// have the epoch.
  ///
  /// - Throws: ``StorageError``.
  package func writeTable(to path: String) throws(StorageError) {
    var table = CSV(header: factors + ["epoch", "metric", "n", "mean", "std", "low", "high"])
    for group in groups {
      let runs = group.runs
      for epoch in 1...(runs.map(\.epochs).max() ?? 1) {
        for (metric, _) in metrics {
          let values = runs.filter { $0.epochs >= epoch }.map { $0.value(metric, epoch: epoch) }
            .filter { !$0.isNaN }
          if values.isEmpty { continue }
          let estimate = Estimate(values)
          let interval = estimate.margin.map { (estimate.mean - $0, estimate.mean + $0) }
          table.append(
            group.values + ["\(epoch)", metric, "\(estimate.count)", CSV.number(estimate.mean)]
              + [estimate.standardDeviation, interval?.0, interval?.1].map { CSV.number($0) })
        }
      }
    }
    try table.write(to: path)
  }
}
