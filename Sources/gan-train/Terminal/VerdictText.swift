import Foundation
import GANLab

/// A verdict in words.
enum VerdictText {
  /// What a probe ends with: what becomes of the signal, of the inputs' difference and of the gradient,
  /// the depth that theory allows, and the verdict; of several trials, those of the first.
  static func lines(_ looks: [NetworkLook]) -> [String] {
    let verdict = looks[0].verdict(for: .sgd)
    func figure(_ value: Double) -> String { NumberText.compact(value) }
    var lines = [
      "signal: \(verdict.signal.rawValue), activations of the last hidden layer have std "
        + figure(verdict.activationDeviation)
    ]
    if let correlation = verdict.correlation {
      let predicted = looks[0].prediction?.layers
      let expected = predicted.map { $0[max(0, $0.count - 2)].correlation }
      lines.append(
        "inputs: at a correlation of \(NumberText.fixed(correlation, 3))"
          + (expected.map { ", by theory \(NumberText.fixed($0, 3))" } ?? "")
          + "; outputs \(figure(verdict.outputSpread)) apart")
    }
    lines.append(
      "gradient: in the first layer \(figure(verdict.gradientRatio)) times what it is in the last hidden"
    )
    if let allowed = verdict.allowedDepth {
      lines.append(
        allowed.isFinite
          ? "depth: \(verdict.depth) layers; theory allows about \(NumberText.fixed(allowed, 0))"
          : "depth: \(verdict.depth) layers; theory sets no limit")
    }
    return lines + sentences(looks)
  }

  /// A line for plain gradient descent and one for Adam, or one for both where they agree.
  private static func sentences(_ looks: [NetworkLook]) -> [String] {
    func text(_ optimizer: OptimizerKind) -> String {
      let verdicts = looks.map { $0.verdict(for: optimizer) }
      if verdicts.count > 1 {
        return "likely to learn in \(verdicts.count { $0.isLikely }) of \(verdicts.count) trials"
      }
      return sentence(verdicts[0])
    }
    let (sgd, adam) = (text(.sgd), text(.adam))
    if sgd == adam { return ["verdict: \(sgd)"] }
    return ["verdict: with SGD or momentum \(sgd);", "  with Adam \(adam)"]
  }

  /// "likely to learn", or "unlikely to learn: the gradient vanishes".
  static func sentence(_ verdict: Verdict) -> String {
    guard let obstacle = verdict.obstacle else { return "likely to learn" }
    return "unlikely to learn: \(obstacle.rawValue)"
  }
}
