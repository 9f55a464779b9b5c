import Foundation
import GANLab

/// A probe for the terminal: a row a layer, with a small histogram of its activations.
///
/// Of several trials a row has the means, and the histogram of the first.
struct ProbeTable {
  private let probes: [LayerProbe]
  private let schemes: [String]

  init(_ probes: [LayerProbe], schemes: [String]) {
    self.probes = probes
    self.schemes = schemes
  }

  var lines: [String] {
    let first = probes[0]
    let hasJacobian = first.layers[0].jacobianSingularValue != nil
    var lines = [
      "layer  outputs  f           init         z std    a mean     a std   ratio   zero"
        + "   sat.  dL/dz std  dL/dW std" + (hasJacobian ? "  sing. value" : "") + "  activations"
    ]
    lines.append(
      "input \(pad("\(first.layers[0].inputs)", 8))" + String(repeating: " ", count: 35)
        + number(mean { $0.input.mean }) + number(mean { $0.input.standardDeviation }))
    for index in first.layers.indices {
      let layer = first.layers[index]
      let before = { (probe: LayerProbe) in
        index == 0 ? probe.input : probe.layers[index - 1].activation
      }
      lines.append(
        pad("\(index + 1)", 5) + pad("\(layer.outputs)", 9) + "  "
          + layer.function.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
          + schemes[index].padding(toLength: 10, withPad: " ", startingAt: 0)
          + number(mean { $0.layers[index].preActivation.standardDeviation })
          + number(mean { $0.layers[index].activation.mean })
          + number(mean { $0.layers[index].activation.standardDeviation })
          + ratio(
            mean {
              $0.layers[index].activation.standardDeviation / before($0).standardDeviation
            })
          + percent(mean { $0.layers[index].zeroShare })
          + (layer.saturatedShare == nil
            ? pad("–", 7) : percent(mean { $0.layers[index].saturatedShare ?? 0 }))
          + " " + number(mean { $0.layers[index].gradient.standardDeviation })
          + " " + number(mean { $0.layers[index].weightGradient.standardDeviation })
          + (hasJacobian
            ? "   " + number(mean { $0.layers[index].jacobianSingularValue ?? 0 }) : "")
          + "  " + Self.bars(layer.activationHistogram))
    }
    var ranges: [String] = []
    for layer in first.layers {
      let range = layer.activationHistogram.range
      let text = String(
        format: "%@ from %.3g to %.3g", layer.function.rawValue, range.lowerBound, range.upperBound)
      if !ranges.contains(text) { ranges.append(text) }
    }
    lines.append("activations: \(ranges.joined(separator: ", ")); each row to its own height")
    if probes.count > 1 { lines += summary }
    return lines
  }

  private var summary: [String] {
    let last = probes.map { $0.layers[$0.layers.count - 1].activation.standardDeviation }.sorted()
    let dead = probes.count { $0.isDead }
    return [
      "\(probes.count) trials: the table has their means",
      String(
        format: "a std of the last layer: median %.3g, from %.3g to %.3g", last[last.count / 2],
        last[0], last[last.count - 1]),
      String(
        format: "dead (a layer that is zero for every example): %d of %d, %.1f %%", dead,
        probes.count, 100 * Double(dead) / Double(probes.count)),
    ]
  }

  private func mean(_ value: (LayerProbe) -> Double) -> Double {
    probes.reduce(0) { $0 + value($1) } / Double(probes.count)
  }

  private func number(_ value: Double) -> String {
    let plain = value == 0 || (0.001..<10_000).contains(abs(value))
    return pad(String(format: plain ? "%.4f" : "%.1e", value), 10)
  }

  private func ratio(_ value: Double) -> String {
    pad(value.isFinite ? String(format: "%.3f", value) : "–", 8)
  }

  private func percent(_ share: Double) -> String { pad(String(format: "%.1f%%", 100 * share), 7) }

  private func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
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
