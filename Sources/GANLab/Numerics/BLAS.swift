import CBLAS

/// The matrix products, by OpenBLAS.
package enum BLAS {
  /// Gives each product to the thread that asks for it.
  ///
  /// The trainer splits its batches across threads of its own (see ``Workers``), so the library
  /// must not start more.
  package static func useCallingThreadOnly() {
    openblas_set_num_threads(1)
  }

  /// `result = a · b`, [m, k] · [k, n] → [m, n], where `a` is given as `aᵀ`, [k, m], if
  /// `transposingA`, and `b` as `bᵀ`, [n, k], if `transposingB`.
  ///
  /// - Parameter factor: if given, `factor` times the product is added to `result` instead.
  /// - Precondition: the shapes fit.
  static func multiply(
    _ a: Matrix, transposingA: Bool = false, _ b: Matrix, transposingB: Bool = false,
    into result: Matrix, addingTimes factor: Float? = nil
  ) {
    let (m, k) = transposingA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (kOfB, n) = transposingB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
      k == kOfB && result.shape == Matrix.Shape(m, n),
      "[\(m), \(k)] · [\(kOfB), \(n)] into \(result.shape)")
    if m == 0 || n == 0 { return }
    cblas_sgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans,
      transposingB ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k),
      factor ?? 1, a.start, blasint(a.stride), b.start, blasint(b.stride),
      factor == nil ? 0 : 1, result.start, blasint(result.stride))
  }

  /// `result = a · b`, [m, k] · [k, n] → [m, n], in double precision, where `a` is given as `aᵀ`,
  /// [k, m], if `transposingA`, and `b` as `bᵀ`, [n, k], if `transposingB`.
  ///
  /// - Parameter adding: whether the product is added to `result` instead.
  /// - Precondition: the shapes fit.
  static func multiply(
    _ a: DoubleMatrix, transposingA: Bool = false, _ b: DoubleMatrix, transposingB: Bool = false,
    into result: DoubleMatrix, adding: Bool = false
  ) {
    let (m, k) = transposingA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (kOfB, n) = transposingB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
      k == kOfB && result.rows == m && result.columns == n,
      "[\(m), \(k)] · [\(kOfB), \(n)] into [\(result.rows), \(result.columns)]")
    if m == 0 || n == 0 { return }
    cblas_dgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans,
      transposingB ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k),
      1, a.start, blasint(max(a.stride, 1)), b.start, blasint(max(b.stride, 1)),
      adding ? 1 : 0, result.start, blasint(result.stride))
  }

  /// What OpenBLAS says of its build, such as "OpenBLAS 0.3.21 DYNAMIC_ARCH Cooperlake".
  package static var configuration: String { String(cString: openblas_get_config()) }

  /// The library and its version, such as "OpenBLAS 0.3.21".
  package static var version: String {
    configuration.split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// The kernels that OpenBLAS chose when it was loaded, such as "SkylakeX".
  package static var kernel: String { String(cString: openblas_get_corename()) }

  /// The threads OpenBLAS was built for: none, POSIX threads or OpenMP.
  package static var threading: String {
    switch openblas_get_parallel() {
    case 0: "sequential"
    case 1: "POSIX threads"
    case 2: "OpenMP"
    case let other: "unknown (\(other))"
    }
  }
}
