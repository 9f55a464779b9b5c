/// The normal distribution with the mean and covariance of some features.
package struct GaussianFit {
  package let count: Int
  /// [d]
  let mean: [Double]
  /// [d, d], divided by n − 1.
  let covariance: DoubleMatrix

  /// Rows that are centred and multiplied together.
  private static let block = 1024
  /// Columns of the covariance that one worker makes. Like the block fixed, so that the bits do not
  /// depend on the number of threads.
  private static let strip = 32

  /// Nil for fewer than two rows.
  ///
  /// - Parameter features: [n, d].
  package init?(_ features: Matrix, threads: Int) {
    if features.rows < 2 { return nil }
    BLAS.useCallingThreadOnly()
    let (n, d) = (features.rows, features.columns)
    let mean = Self.mean(of: features)
    let covariance = DoubleMatrix(rows: d, columns: d)
    let centred = DoubleMatrix(rows: min(n, Self.block), columns: d)
    Workers(count: threads).run { worker in
      for first in stride(from: 0, to: n, by: Self.block) {
        let rows = min(Self.block, n - first)
        for index in worker.range(of: rows) {
          let (target, source) = (centred.row(index), features.row(first + index))
          for column in 0..<d { target[column] = Double(source[column]) - mean[column] }
        }
        worker.barrier()
        let part = centred.rows(0..<rows)
        let own = worker.range(of: d, alignedTo: Self.strip)
        for start in stride(from: own.lowerBound, to: own.upperBound, by: Self.strip) {
          let strip = start..<min(start + Self.strip, d)
          BLAS.multiply(
            part.columns(strip), transposingA: true, part, into: covariance.rows(strip),
            adding: true)
        }
        worker.barrier()
      }
    }
    for row in 0..<d {
      // The other half differs in rounding.
      for column in 0...row {
        covariance.row(row)[column] /= Double(n - 1)
        covariance.row(column)[row] = covariance.row(row)[column]
      }
    }
    count = n
    self.mean = mean
    self.covariance = covariance
  }

  private static func mean(of features: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: features.columns)
    for index in 0..<features.rows {
      let row = features.row(index)
      for column in row.indices { sums[column] += Double(row[column]) }
    }
    return sums.map { $0 / Double(features.rows) }
  }
}

/// The Fréchet distance of normal distributions fitted to the features of two sets (Heusel et al.
/// 2017). With a classifier's features it is a relative of the published FID, not comparable with
/// it.
package enum FrechetDistance {
  /// ‖μ₁ − μ₂‖² + tr(C₁ + C₂ − 2(C₁C₂)^½), the square of a distance as in the paper. Nothing is
  /// added to the covariances. Not a number where features are not finite.
  ///
  /// - Precondition: features of one dimension.
  package static func between(_ first: GaussianFit, _ second: GaussianFit) -> Double {
    let d = first.mean.count
    precondition(second.mean.count == d, "features of dimension \(d) and \(second.mean.count)")
    BLAS.useCallingThreadOnly()
    // W = Λ^½Vᵀ of C₁ = VΛVᵀ. WC₂Wᵀ has the eigenvalues of C₁^½C₂C₁^½ = VWC₂WᵀVᵀ, which are
    // those of C₁C₂, but is symmetric.
    let root = DoubleMatrix(rows: d, columns: d)
    for row in 0..<d { _ = root.row(row).update(fromContentsOf: first.covariance.row(row)) }
    guard let variances = LinearAlgebra.eigenvalues(ofSymmetric: root, vectors: true) else {
      return .nan
    }
    for (row, variance) in variances.enumerated() {
      let scale = max(variance, 0).squareRoot()
      for column in 0..<d { root.row(row)[column] *= scale }
    }
    let half = DoubleMatrix(rows: d, columns: d)
    let product = DoubleMatrix(rows: d, columns: d)
    BLAS.multiply(root, second.covariance, into: half)
    BLAS.multiply(half, root, transposingB: true, into: product)
    guard let squares = LinearAlgebra.eigenvalues(ofSymmetric: product, vectors: false) else {
      return .nan
    }
    let shift = zip(first.mean, second.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    // Rounding can make eigenvalues that are zero negative.
    let common = squares.reduce(0) { $0 + max($1, 0).squareRoot() }
    return shift + first.covariance.trace + second.covariance.trace - 2 * common
  }
}
