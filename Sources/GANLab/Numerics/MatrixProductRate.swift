/// How fast this machine multiplies matrices.
public enum MatrixProductRate {
  /// The rate of [1024, 1024] products on `threads` threads at once, in GFLOP/s: the best of the
  /// rounds that `duration` allows.
  public static func measure(threads: Int, duration: Duration) -> Double {
    let size = 1024
    let workers = Workers(count: threads)
    let matrices = (0..<threads).map { _ in
      (0..<3).map { _ in Matrix(rows: size, columns: size) }
    }
    for (row, matrix) in matrices.joined().enumerated() {
      for i in 0..<size { matrix[i, (i + row) % size] = 1 }
    }
    BLAS.useCallingThreadOnly()
    let clock = ContinuousClock()
    let end = clock.now + duration
    var shortest = Duration.seconds(1_000_000)
    repeat {
      let elapsed = clock.measure {
        workers.run { worker in
          let (a, b, result) = (matrices[worker][0], matrices[worker][1], matrices[worker][2])
          BLAS.multiply(a, b, into: result)
        }
      }
      shortest = min(shortest, elapsed)
    } while clock.now < end
    let operations = 2 * Double(size * size * size) * Double(threads)
    return operations / (shortest / .seconds(1)) / 1e9
  }

  /// Whether this library was compiled with optimisation, as it is even in a debug build.
  public static var libraryIsOptimized: Bool { !_isDebugAssertConfiguration() }
}
