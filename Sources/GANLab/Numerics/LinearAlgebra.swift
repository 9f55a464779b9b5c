import CBLAS

/// Factorisations by LAPACK, which OpenBLAS contains.
enum LinearAlgebra {
  /// Replaces a matrix of normal numbers, [rows, columns], by one whose rows, or columns if there
  /// are fewer of them, are at right angles and of length `gain`.
  ///
  /// By QR factorisation, with the signs of R's diagonal taken into Q: so every such matrix is
  /// equally likely (Mezzadri 2007, "How to generate random matrices from the classical compact groups").
  static func orthogonalize(_ matrix: Matrix, gain: Float) {
    let (long, short) = (max(matrix.rows, matrix.columns), min(matrix.rows, matrix.columns))
    let isWide = matrix.columns >= matrix.rows
    // LAPACK's matrices are column-major: column c, of `long` numbers, is row c of a wide matrix,
    // column c of a high one.
    func element(_ c: Int, _ i: Int) -> Int { c * long + i }
    var q = [Float](repeating: 0, count: long * short)
    for c in 0..<short {
      for i in 0..<long { q[element(c, i)] = isWide ? matrix[c, i] : matrix[i, c] }
    }
    var (m, n) = (Int32(long), Int32(short))
    var reflectors = [Float](repeating: 0, count: short)
    var workSize = Int32(64 * short)
    var work = [Float](repeating: 0, count: 64 * short)
    var info: Int32 = 0
    sgeqrf_(&m, &n, &q, &m, &reflectors, &work, &workSize, &info)
    precondition(info == 0, "sgeqrf: argument \(-info)")
    let signs = (0..<short).map { q[element($0, $0)] < 0 ? -gain : gain }
    sorgqr_(&m, &n, &n, &q, &m, &reflectors, &work, &workSize, &info)
    precondition(info == 0, "sorgqr: argument \(-info)")
    for c in 0..<short {
      for i in 0..<long {
        if isWide {
          matrix[c, i] = signs[c] * q[element(c, i)]
        } else {
          matrix[i, c] = signs[c] * q[element(c, i)]
        }
      }
    }
  }

  /// The singular values of a matrix, the largest first; nil where the algorithm does not
  /// converge, as with elements that are not finite.
  static func singularValues(_ matrix: Matrix) -> [Float]? {
    // The transpose, which is what LAPACK sees, has the same ones.
    var elements = (0..<matrix.rows).flatMap { matrix.row($0) }
    guard elements.allSatisfy(\.isFinite) else { return nil }
    var (m, n) = (Int32(matrix.columns), Int32(matrix.rows))
    var values = [Float](repeating: 0, count: Int(min(m, n)))
    var (info, one, query): (Int32, Int32, Int32) = (0, 1, -1)
    var job = CChar(UInt8(ascii: "N"))
    var optimal: Float = 0
    var integers = [Int32](repeating: 0, count: 8 * values.count)
    sgesdd_(
      &job, &m, &n, &elements, &m, &values, nil, &one, nil, &one, &optimal, &query,
      &integers, &info)
    var workSize = Int32(optimal)
    var work = [Float](repeating: 0, count: Int(workSize))
    sgesdd_(
      &job, &m, &n, &elements, &m, &values, nil, &one, nil, &one, &work, &workSize,
      &integers, &info)
    return info == 0 ? values : nil
  }

  /// The eigenvalues of a symmetric matrix, [n, n], the smallest first; nil where an element is not
  /// finite. The matrix is overwritten: with the eigenvectors, a row each, or with `vectors` false
  /// by nothing of use.
  ///
  /// - Precondition: square, without gaps.
  static func eigenvalues(ofSymmetric matrix: DoubleMatrix, vectors: Bool) -> [Double]? {
    precondition(
      matrix.rows == matrix.columns && matrix.stride == matrix.columns,
      "[\(matrix.rows), \(matrix.columns)]")
    guard (0..<matrix.rows).allSatisfy({ matrix.row($0).allSatisfy(\.isFinite) }) else {
      return nil
    }
    if matrix.rows == 0 { return [] }
    var order = Int32(matrix.rows)
    var values = [Double](repeating: 0, count: matrix.rows)
    // LAPACK's columns are our rows.
    var job = CChar(UInt8(ascii: vectors ? "V" : "N"))
    var triangle = CChar(UInt8(ascii: "U"))
    var (info, query): (Int32, Int32) = (0, -1)
    var optimal = 0.0
    dsyev_(
      &job, &triangle, &order, matrix.start, &order, &values, &optimal, &query, &info)
    var workSize = Int32(optimal)
    var work = [Double](repeating: 0, count: Int(workSize))
    dsyev_(
      &job, &triangle, &order, matrix.start, &order, &values, &work, &workSize, &info)
    return info == 0 ? values : nil
  }
}
