/// The mean and standard deviation of all elements of a matrix; not finite where one of them is not.
package struct Moments: Sendable, Equatable {
  package let mean: Double
  /// The population's: divided by the number of elements.
  package let standardDeviation: Double

  package var rootMeanSquare: Double {
    (mean * mean + standardDeviation * standardDeviation).squareRoot()
  }

  init(_ matrix: Matrix) {
    let count = Double(matrix.rows * matrix.columns)
    let mean = Self.sum(matrix, less: 0) { $0 } / count
    self.mean = mean
    standardDeviation = (Self.sum(matrix, less: mean) { $0 * $0 } / count).squareRoot()
  }

  /// The sum of a function of the elements less `shift`, in eight parts that are added at the end.
  @inline(__always)
  private static func sum(
    _ matrix: Matrix, less shift: Double, of term: (SIMD8<Double>) -> SIMD8<Double>
  ) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = matrix.columns / 8 * 8
    for row in 0..<matrix.rows {
      let elements = matrix.row(row)
      for column in Swift.stride(from: 0, to: whole, by: 8) {
        let eight = UnsafeRawPointer(elements.baseAddress! + column)
          .loadUnaligned(as: SIMD8<Float>.self)
        sums += term(SIMD8<Double>(eight) - shift)
      }
      for column in whole..<matrix.columns {
        sums[0] += term(SIMD8(repeating: Double(elements[column]) - shift))[0]
      }
    }
    return sums.sum()
  }
}
