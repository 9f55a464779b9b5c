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
    var sum = 0.0
    for row in 0..<matrix.rows { for value in matrix.row(row) { sum += Double(value) } }
    let mean = sum / count
    var squares = 0.0
    for row in 0..<matrix.rows {
      for value in matrix.row(row) { squares += (Double(value) - mean) * (Double(value) - mean) }
    }
    self.mean = mean
    standardDeviation = (squares / count).squareRoot()
  }
}
