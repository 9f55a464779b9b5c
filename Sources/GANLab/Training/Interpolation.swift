import Foundation

/// Walks from one noise vector to another along the sphere (Shoemake 1985, "Animating rotation with quaternion
/// curves"): noise of many dimensions lies near a sphere, and a straight line would cut through
/// its inside, where the generator has never been.
package enum Interpolation {
  /// - Parameter ends: [2 · walks, size]; walk w goes from row 2w to row 2w + 1.
  /// - Parameter steps: the vectors of a walk, both ends included; at least 2.
  /// - Returns: [walks · steps, size].
  package static func walks(between ends: Matrix, steps: Int) -> Matrix {
    precondition(ends.rows % 2 == 0 && steps >= 2, "\(ends.rows) ends, \(steps) steps")
    let noise = Matrix(rows: ends.rows / 2 * steps, columns: ends.columns)
    for row in 0..<noise.rows {
      let (walk, step) = (row / steps, row % steps)
      let (first, last) = (ends.row(2 * walk), ends.row(2 * walk + 1))
      let (weightOfFirst, weightOfLast) = weights(
        Double(step) / Double(steps - 1), angle: angle(first, last))
      for i in 0..<noise.columns {
        noise.row(row)[i] = weightOfFirst * first[i] + weightOfLast * last[i]
      }
    }
    return noise
  }

  private static func angle(
    _ a: UnsafeMutableBufferPointer<Float>, _ b: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    var (product, squareOfA, squareOfB) = (0.0, 0.0, 0.0)
    for (a, b) in zip(a, b) {
      product += Double(a * b)
      squareOfA += Double(a * a)
      squareOfB += Double(b * b)
    }
    return acos(max(-1, min(1, product / (squareOfA * squareOfB).squareRoot())))
  }

  /// At `share` of the way, 0 … 1.
  private static func weights(_ share: Double, angle: Double) -> (Float, Float) {
    // Along one line, forward or back, there is no arc to follow.
    guard sin(angle) > 1e-6 else { return (Float(1 - share), Float(share)) }
    return (
      Float(sin((1 - share) * angle) / sin(angle)), Float(sin(share * angle) / sin(angle))
    )
  }
}
