/// How often a matrix's elements fall into each of some equal bins.
package struct Histogram: Sendable, Equatable {
  package static let binCount = 41

  package let range: ClosedRange<Double>
  /// An element a bin. What is beyond the range is in the first and the last; what is not a number
  /// in none.
  package private(set) var counts = [Int](repeating: 0, count: binCount)

  init(of matrix: Matrix, in range: ClosedRange<Double>) {
    self.range = range
    let scale = Double(Self.binCount) / (range.upperBound - range.lowerBound)
    let last = Double(Self.binCount - 1)
    counts.withUnsafeMutableBufferPointer { counts in
      for row in 0..<matrix.rows {
        for value in matrix.row(row) where !value.isNaN {
          let place = (Double(value) - range.lowerBound) * scale
          counts[Int(min(max(place, 0), last))] += 1
        }
      }
    }
  }

  /// The edges of bin `index`.
  package func edges(_ index: Int) -> (low: Double, high: Double) {
    let width = (range.upperBound - range.lowerBound) / Double(Self.binCount)
    return (
      range.lowerBound + width * Double(index), range.lowerBound + width * Double(index + 1)
    )
  }
}
