/// How long the parts of some work took, in total.
///
/// Not for several threads at once.
package final class Stopwatch {
  /// By part.
  package private(set) var seconds: [String: Double] = [:]
  private let clock = ContinuousClock()

  package init() {}

  /// Adds the time of `work` to its part's.
  func time<Result>(_ part: String, _ work: () -> Result) -> Result {
    let start = clock.now
    defer { seconds[part, default: 0] += (clock.now - start) / .seconds(1) }
    return work()
  }
}
