import Foundation
import GANLab

/// A comparison in words and numbers.
struct ComparisonReport {
  private static let shown = ["g_loss", "d_loss", "g_accuracy", "d_accuracy"]

  private let comparison: Comparison
  private let range: ClosedRange<Int>
  private let levels: [Comparison.Threshold]

  /// - Parameter range: the epochs over which figures are means; all runs have them.
  init(_ comparison: Comparison, over range: ClosedRange<Int>, levels: [Comparison.Threshold]) {
    self.comparison = comparison
    self.range = range
    self.levels = levels
  }

  var lines: [String] { finals + firsts + differences }

  private var finals: [String] {
    var lines = [
      "means over epochs \(range.lowerBound) to \(range.upperBound), ± half of the 95 % interval over seeds",
      pad("init", 24) + "  n" + Self.shown.map { right($0, 18) }.joined(),
    ]
    for (index, group) in comparison.groups.enumerated() {
      let cells = Self.shown.map {
        right(text(comparison.mean($0, of: index, over: range)), 18)
      }
      lines.append(
        pad(group.initialization, 24) + right("\(group.runs.count)", 3) + cells.joined())
    }
    return lines
  }

  private var firsts: [String] {
    var lines = ["", "the first epoch at a level: median over the seeds that reach it"]
    for level in levels {
      for (index, group) in comparison.groups.enumerated() {
        let epochs = comparison.firstEpochs(of: index, at: level)
        let reached = epochs.compactMap { $0 }.sorted()
        let median = reached.isEmpty ? "never" : "epoch \(reached[(reached.count - 1) / 2])"
        lines.append(
          pad("\(level)", 22) + pad(group.initialization, 24) + pad(median, 10)
            + " \(reached.count) of \(epochs.count) seeds")
      }
    }
    return lines
  }

  private var differences: [String] {
    var lines = ["", "paired differences, same seed, batches and noise, over the same epochs"]
    let groups = comparison.groups
    for first in groups.indices {
      for second in groups.indices.dropFirst(first + 1) {
        for metric in Self.shown {
          let name = "\(groups[second].initialization) − \(groups[first].initialization)"
          let difference = comparison.difference(metric, from: first, to: second, over: range)
          lines.append(pad(name, 36) + pad(metric, 12) + verdict(difference))
        }
      }
    }
    return lines
  }

  private func verdict(_ difference: Estimate?) -> String {
    guard let difference else { return "no seed in common" }
    let figures = String(format: "%+.4f", difference.mean)
    guard let margin = difference.margin else { return "\(figures), one seed: no interval" }
    return figures + String(format: " ± %.4f", margin) + " (n = \(difference.count))"
      + (difference.excludesZero ? "" : "  no clear difference")
  }

  private func text(_ estimate: Estimate) -> String {
    let margin = estimate.margin.map { String(format: " ± %.3f", $0) } ?? ""
    return String(format: "%.3f", estimate.mean) + margin
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
