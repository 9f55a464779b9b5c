/// Points, one a row, with their squared lengths: what squared distances are made from.
///
/// Squared distances are bounded from below by float products, ‖x‖² + ‖y‖² − 2x·y less what these
/// can be wrong by, and where the bound does not decide, computed by ``squaredDistance(_:to:_:)``.
struct PointSet {
  /// [n, d]
  let points: Matrix
  /// ‖x‖² of each point.
  let squaredLengths: [Double]

  var count: Int { points.rows }
  var dimension: Int { points.columns }

  /// - Parameter points: [n, d].
  init(_ points: Matrix) {
    self.points = points
    let origin = [Float](repeating: 0, count: points.columns)
    squaredLengths = origin.withUnsafeBufferPointer { origin in
      (0..<points.rows).map { Self.squaredDistance(UnsafeBufferPointer(points.row($0)), origin) }
    }
  }

  /// The squared distance between a point of this set and one of another, in double precision.
  func squaredDistance(_ index: Int, to other: PointSet, _ otherIndex: Int) -> Double {
    Self.squaredDistance(
      UnsafeBufferPointer(points.row(index)), UnsafeBufferPointer(other.points.row(otherIndex)))
  }

  /// By how much of ‖x‖² + ‖y‖² a squared distance may be wrong that was made from a float product:
  /// (d + 16) · 2⁻²⁴, the worst that rounding each of d terms can do, and some for the other steps.
  var relativeError: Double { Double(dimension + 16) * 0x1p-24 }

  /// ‖a − b‖² in double precision, added up in one order: the same for (a, b) and (b, a), and zero
  /// for equal points.
  private static func squaredDistance(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = a.count / 8 * 8
    for column in stride(from: 0, to: whole, by: 8) {
      let difference =
        SIMD8<Double>(
          UnsafeRawPointer(a.baseAddress! + column).loadUnaligned(as: SIMD8<Float>.self))
        - SIMD8<Double>(
          UnsafeRawPointer(b.baseAddress! + column).loadUnaligned(as: SIMD8<Float>.self))
      sums += difference * difference
    }
    for column in whole..<a.count {
      let difference = Double(a[column]) - Double(b[column])
      sums[0] += difference * difference
    }
    return sums.sum()
  }
}

extension Matrix {
  /// The first row with an element that is infinite or not a number, or with so large ones that
  /// squared distances overflow a float (a length of 10¹⁸); nil if all can be measured.
  package var firstNonFiniteRow: Int? {
    (0..<rows).first { row in
      // Written so that it holds for a sum that is not a number.
      !(self.row(row).reduce(0.0) { $0 + Double($1) * Double($1) } < 1e36)
    }
  }
}
