import Foundation

/// Numbers as people read them.
enum NumberText {
  /// Such as "0.123", "12.3" with one digit, or "-".
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  static func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }

  /// "0.1234", or "1.2e-07" where that would lose it.
  static func compact(_ value: Double) -> String {
    let isPlain = value == 0 || (0.001..<10_000).contains(abs(value))
    return String(format: isPlain ? "%.4f" : "%.1e", value)
  }

  /// Such as "1.234 ± 0.056"; without an interval only the mean.
  static func estimate(_ mean: Double, _ margin: Double?, _ decimals: Int = 3) -> String {
    fixed(mean, decimals) + (margin.map { " ± " + fixed($0, decimals) } ?? "")
  }
}
