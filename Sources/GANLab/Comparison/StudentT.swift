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
