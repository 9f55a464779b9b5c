import Foundation
import GANLab

/// A comparison in words and numbers.
struct ComparisonReport {
  private let comparison: Comparison
  private let range: ClosedRange<Int>
  private let thresholds: [Threshold]
  private let width: Int?

  /// - Parameter range: the epochs over which figures are means; all runs have them.
  /// - Parameter width: the terminal's; nil for no limit.
  init(
    _ comparison: Comparison, over range: ClosedRange<Int>, thresholds: [Threshold], width: Int?
  ) {
    self.comparison = comparison
    self.range = range
    self.thresholds = thresholds
    self.width = width
  }

  var lines: [String] { means + firsts + differences }

  /// Those that every group has in some of the epochs.
  private var shown: [String] {
    comparison.metrics.filter(\.isCompared).map(\.column).filter { metric in
      comparison.groups.indices.allSatisfy {
        !comparison.mean(metric, of: $0, over: range).mean.isNaN
      }
    }
  }

  private var means: [String] {
    var table = TextTable(
      comparison.factors.map { TextTable.Column($0, .left) } + [TextTable.Column("n", .right)]
        + shown.enumerated().map { TextTable.Column($1, .right, priority: $0) })
    for (index, group) in comparison.groups.enumerated() {
      let cells = shown.map { metric in
        let estimate = comparison.mean(metric, of: index, over: range)
        return NumberText.estimate(estimate.mean, estimate.margin)
      }
      table.append(group.values + ["\(group.runs.count)"] + cells)
    }
    return [
      "means over epochs \(range.lowerBound) to \(range.upperBound), "
        + "± half of the 95 % interval over seeds"
    ] + table.lines(within: width)
  }

  private var firsts: [String] {
    if thresholds.isEmpty { return [] }
    var table = TextTable([
      TextTable.Column("", .left), TextTable.Column("", .left), TextTable.Column("", .left),
      TextTable.Column("", .left, priority: 1),
    ])
    for threshold in thresholds {
      for (index, group) in comparison.groups.enumerated() {
        let epochs = comparison.firstEpochs(of: index, at: threshold)
        let reached = epochs.compactMap { $0 }.map(Double.init)
        let median = reached.median.map { String(format: "epoch %g", $0) } ?? "never"
        table.append([
          "\(threshold)", group.name, median, "\(reached.count) of \(epochs.count) seeds",
        ])
      }
    }
    return ["", "the first epoch at a level: median over the seeds that reach it"]
      + table.lines(within: width)
  }

  private var differences: [String] {
    let groups = comparison.groups
    if groups.count < 2 { return [] }
    var table = TextTable([
      TextTable.Column("", .left), TextTable.Column("", .left), TextTable.Column("", .right),
      TextTable.Column("", .left), TextTable.Column("", .left, priority: 1),
    ])
    for (first, second, factor) in comparison.pairs {
      for metric in shown {
        let difference = comparison.difference(metric, from: first, to: second, over: range)
        table.append([name(first, second, factor), metric] + cells(difference))
      }
    }
    return ["", "paired differences, same seed, batches and noise, over the same epochs"]
      + table.lines(within: width)
  }

  /// Such as "he − random" or, where more varies, "adam − sgd (he)".
  private func name(_ first: Int, _ second: Int, _ factor: Int) -> String {
    let (first, second) = (comparison.groups[first].values, comparison.groups[second].values)
    let others = first.indices.filter { $0 != factor }.map { first[$0] }
    return "\(second[factor]) − \(first[factor])"
      + (others.isEmpty ? "" : " (\(others.joined(separator: ", ")))")
  }

  /// The figures, what they say, and over how many seeds.
  private func cells(_ difference: Estimate?) -> [String] {
    guard let difference else { return ["", "no seed in common", ""] }
    let figures = String(format: "%+.4f", difference.mean)
    guard let margin = difference.margin else { return [figures, "one seed: no interval", ""] }
    return [
      figures + String(format: " ± %.4f", margin),
      difference.excludesZero ? "" : "no clear difference", "n = \(difference.count)",
    ]
  }
}
