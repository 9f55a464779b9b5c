import Foundation
import GANLab

/// A probe for the terminal: a row a layer, with a small histogram of its activations.
///
/// Of several trials a row has the means, and the histogram of the first.
struct ProbeReport {
  private let looks: [NetworkLook]
  private let probes: [LayerProbe]
  private let schemes: [String]
  private let prediction: SignalPrediction?
  private let width: Int?

  /// - Parameter width: the terminal's; nil for no limit.
  init(_ looks: [NetworkLook], width: Int?) {
    self.looks = looks
    probes = looks.map(\.probe)
    schemes = looks[0].schemes
    prediction = looks[0].prediction
    self.width = width
  }

  var lines: [String] {
    let first = probes[0]
    let hasJacobian = first.layers[0].jacobianSingularValue != nil
    var table = TextTable(
      [
        TextTable.Column("layer", .right), TextTable.Column("outputs", .right, priority: 4),
        TextTable.Column("f", .left, priority: 6), TextTable.Column("init", .left, priority: 7),
        TextTable.Column("z std", .right, priority: 8),
        TextTable.Column("theory", .right, priority: 12),
        TextTable.Column("corr.", .right, priority: 10),
        TextTable.Column("theory", .right, priority: 11),
        TextTable.Column("a mean", .right, priority: 9), TextTable.Column("a std", .right),
        TextTable.Column("ratio", .right, priority: 2),
        TextTable.Column("zero", .right, priority: 5),
        TextTable.Column("sat.", .right, priority: 3),
        TextTable.Column("dL/dz std", .right), TextTable.Column("dL/dW std", .right, priority: 1),
      ]
        + (hasJacobian ? [TextTable.Column("sing. value", .right)] : [])
        + [TextTable.Column("activations", .left)])
    let noCells = [String](repeating: "", count: hasJacobian ? 7 : 6)
    table.append(
      ["input", "\(first.layers[0].inputs)", "", "", "", "", correlation(\.inputCorrelation), ""]
        + [mean(\.input.mean), mean(\.input.standardDeviation)].map(NumberText.compact) + noCells)
    for index in first.layers.indices { table.append(cells(index, hasJacobian)) }
    return table.lines(within: width) + ranges + theory + summary
      + (looks[0].isTrained ? [] : VerdictText.lines(looks))
  }

  private func correlation(_ value: (LayerProbe) -> Double?) -> String {
    let values = probes.compactMap(value)
    if values.isEmpty { return "–" }
    return NumberText.fixed(values.reduce(0, +) / Double(values.count), 3)
  }

  /// Where signals would end in a network without end, and how soon.
  private var theory: [String] {
    guard let phase = prediction?.phase else { return [] }
    let scale =
      phase.depthScale.isFinite
      ? String(
        format: "by a factor of e every %.3g layers; 6 times that is %.0f, here are %d",
        phase.depthScale, 6 * phase.depthScale, probes[0].layers.count)
      : "but slower than by a factor each layer: this is the critical point"
    let settles = String(format: "z settles at a std of %.3g", phase.variance.squareRoot())
    let what =
      if phase.variance == 0 {
        "in a deep network of such layers signals vanish"
      } else if phase.variance == .infinity {
        "in a deep network of such layers signals explode"
      } else if phase.correlation == 1 {
        settles + ", and inputs become alike"
      } else {
        settles + String(format: ", and inputs at a correlation of %.3g", phase.correlation ?? .nan)
      }
    return ["theory: \(what),", "  \(scale)"]
  }

  private func cells(_ index: Int, _ hasJacobian: Bool) -> [String] {
    let layer = probes[0].layers[index]
    func number(_ value: (LayerProbe.Layer) -> Double) -> String {
      NumberText.compact(mean { value($0.layers[index]) })
    }
    let ratio = mean { probe in
      let before = index == 0 ? probe.input : probe.layers[index - 1].activation
      return probe.layers[index].activation.standardDeviation / before.standardDeviation
    }
    return [
      "\(index + 1)", "\(layer.outputs)", layer.function.rawValue, schemes[index],
      number(\.preActivation.standardDeviation),
      prediction.map { NumberText.compact($0.layers[index].variance.squareRoot()) } ?? "–",
      correlation { $0.layers[index].correlation },
      prediction.map { NumberText.fixed($0.layers[index].correlation, 3) } ?? "–",
      number(\.activation.mean),
      number(\.activation.standardDeviation),
      ratio.isFinite ? NumberText.fixed(ratio, 3) : "–",
      NumberText.percent(mean { $0.layers[index].zeroShare }),
      layer.saturatedShare == nil
        ? "–" : NumberText.percent(mean { $0.layers[index].saturatedShare ?? 0 }),
      number(\.gradient.standardDeviation), number(\.weightGradient.standardDeviation),
    ] + (hasJacobian ? [number { $0.jacobianSingularValue ?? 0 }] : [])
      + [Self.bars(layer.activationHistogram)]
  }

  private var ranges: [String] {
    var ranges: [String] = []
    for layer in probes[0].layers {
      let range = layer.activationHistogram.range
      let text = String(
        format: "%@ from %.3g to %.3g", layer.function.rawValue, range.lowerBound, range.upperBound)
      if !ranges.contains(text) { ranges.append(text) }
    }
    let text = "activations: \(ranges.joined(separator: ", "))"
    let height = "each row to its own height"
    // Two functions' ranges fill a line.
    return ranges.count == 1 ? ["\(text); \(height)"] : [text + ";", "  " + height]
  }

  /// Of several trials, what the means do not show.
  private var summary: [String] {
    if probes.count < 2 { return [] }
    let last = probes.map { $0.layers[$0.layers.count - 1].activation.standardDeviation }
    let dead = probes.count { $0.isDead }
    return [
      "\(probes.count) trials: the table has their means",
      String(
        format: "a std of the last layer: median %.3g, from %.3g to %.3g", last.median ?? .nan,
        last.min() ?? .nan, last.max() ?? .nan),
      "dead (a layer that is zero for every example): \(dead) of \(probes.count), "
        + NumberText.percent(Double(dead) / Double(probes.count)),
    ]
  }

  private func mean(_ value: (LayerProbe) -> Double) -> Double {
    probes.reduce(0) { $0 + value($1) } / Double(probes.count)
  }

  /// The bins as characters of eight heights; any element at all is seen.
  private static func bars(_ histogram: Histogram) -> String {
    let heights = Array(Terminal.takesUnicode ? " ▁▂▃▄▅▆▇█" : " .:-=+*#@")
    let most = histogram.counts.max() ?? 0
    return String(
      histogram.counts.map { count in
        count == 0 ? heights[0] : heights[1 + count * (heights.count - 2) / most]
      })
  }
}
