import CBLAS

/// Means over a standard normal variable by Gauss–Hermite quadrature, in double precision.
struct GaussHermite: Sendable {
  /// An even number, so that no node lies on the kink that rectifiers have at zero.
  let nodes: [Double]
  /// They add up to 1.
  let weights: [Double]

  /// Nodes and weights are eigenvalues of the Jacobi matrix of Hermite's polynomials and squares of its
  /// eigenvectors' first components (Golub & Welsch 1969).
  init(count: Int) {
    precondition(count > 1 && count % 2 == 0, "\(count) nodes")
    var order = Int32(count)
    var diagonal = [Double](repeating: 0, count: count)
    var beside = (1..<count).map { Double($0).squareRoot() }
    var vectors = [Double](repeating: 0, count: count * count)
    var work = [Double](repeating: 0, count: 2 * count)
    var job = CChar(UInt8(ascii: "V"))
    var info: Int32 = 0
    dstev_(&job, &order, &diagonal, &beside, &vectors, &order, &work, &info)
    precondition(info == 0, "dstev: \(info)")
    nodes = diagonal
    weights = (0..<count).map { vectors[$0 * count] * vectors[$0 * count] }
  }

  /// E f(z)
  func mean(_ f: (Double) -> Double) -> Double {
    zip(nodes, weights).reduce(0) { $0 + $1.1 * f($1.0) }
  }
}
