import Foundation

/// Numbers as people read them.
enum NumberText {
  /// Such as "0.123", "12.3" with one digit, or "-".
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// Such as "35 MB".
  static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(count), 0)
    while value >= 999.5 && unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
    return fixed(value, value < 9.95 && unit > 0 ? 1 : 0) + " " + units[unit]
  }

  /// Such as "3 min", of seconds.
  static func age(_ seconds: Double) -> String {
    switch max(0, seconds) {
    case ..<60: fixed(max(0, seconds), 0) + " s"
    case ..<3600: fixed((seconds / 60).rounded(.down), 0) + " min"
    case ..<86400: fixed((seconds / 3600).rounded(.down), 0) + " h"
    default: fixed((seconds / 86400).rounded(.down), 0) + " d"
    }
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
