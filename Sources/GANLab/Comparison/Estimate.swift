/// The mean of independent values, and how far it is known.
package struct Estimate: Sendable, Equatable {
  package let count: Int
  package let mean: Double
  /// The sample's, divided by n − 1; nil for a single value.
  package let standardDeviation: Double?
  /// Half of the 95 % interval, t₀.₉₇₅ · s / √n with n − 1 degrees of freedom; nil for a single value.
  package let margin: Double?

  /// - Parameter values: at least one.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "an estimate of nothing")
    count = values.count
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    self.mean = mean
    guard values.count > 1 else {
      (standardDeviation, margin) = (nil, nil)
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    standardDeviation = variance.squareRoot()
    margin =
      StudentT.quantile975(degreesOfFreedom: values.count - 1) * (variance / n).squareRoot()
  }

  /// Whether zero lies outside the interval; a single value decides nothing.
  package var excludesZero: Bool { margin.map { abs(mean) > $0 } ?? false }
}
