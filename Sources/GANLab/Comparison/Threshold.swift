/// A level of a metric, such as g_accuracy>=0.1.
package struct Threshold: Sendable, Equatable, CustomStringConvertible {
  package let metric: String
  private let isMinimum: Bool
  private let value: Double

  /// Nil for anything but a name, `>=` or `<=`, and a number.
  package init?(_ text: String) {
    for (sign, isMinimum) in [(">=", true), ("<=", false)] {
      let parts = text.split(separator: sign, omittingEmptySubsequences: false)
      if parts.count == 2, !parts[0].isEmpty, let value = Double(parts[1]) {
        (metric, self.isMinimum, self.value) = (String(parts[0]), isMinimum, value)
        return
      }
    }
    return nil
  }

  func isReached(by value: Double) -> Bool {
    isMinimum ? value >= self.value : value <= self.value
  }

  package var description: String { "\(metric) \(isMinimum ? "≥" : "≤") \(value)" }
}
