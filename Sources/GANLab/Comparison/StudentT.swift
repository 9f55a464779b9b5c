import Foundation

/// Student's t distribution, for intervals of means of few values (Student 1908).
enum StudentT {
  /// The t that a share of 0.975 lies below, for an interval that holds 95 % in its middle.
  ///
  /// Found by bisection of the distribution's integral; right to five digits.
  ///
  /// - Parameter degreesOfFreedom: at least 1.
  static func quantile975(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom >= 1, "\(degreesOfFreedom) degrees of freedom")
    var (low, high) = (1.9, 12.8)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if shareBelow(middle, Double(degreesOfFreedom)) < 0.975 {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// ½ plus the density's integral from 0 to t, by Simpson's rule.
  private static func shareBelow(_ t: Double, _ freedom: Double) -> Double {
    let height =
      exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / (freedom * Double.pi).squareRoot()
    func density(_ x: Double) -> Double {
      height * pow(1 + x * x / freedom, -(freedom + 1) / 2)
    }
    let parts = 2000
    let width = t / Double(parts)
    var sum = density(0) + density(t)
    for index in 1..<parts { sum += (index % 2 == 1 ? 4 : 2) * density(Double(index) * width) }
    return 0.5 + sum * width / 3
  }
}

/// The mean of independent values, and how far it is known.
public struct Estimate: Sendable, Equatable {
  public let count: Int
  public let mean: Double
  /// The sample's, divided by n − 1; nil for a single value.
  public let standardDeviation: Double?
  /// Half of the 95 % interval, t₀.₉₇₅ · s / √n with n − 1 degrees of freedom; nil for a single value.
  public let margin: Double?

  /// - Parameter values: at least one.
  public init(_ values: [Double]) {
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
  public var isClear: Bool { margin.map { abs(mean) > $0 } ?? false }
}
