/// How fast this machine multiplies matrices.
package enum MatrixProductRate {
  /// The rate of a [2048, 2048] product whose rows are shared out to `threads` threads, in
  /// GFLOP/s: the best of the rounds that `duration` allows.
  package static func measure(threads: Int, duration: Duration) -> Double {
    let size = 2048
    let workers = Workers(count: threads)
    let (a, b, result) = (
      Matrix(rows: size, columns: size), Matrix(rows: size, columns: size),
      Matrix(rows: size, columns: size)
    )
    for i in 0..<size {
      a[i, (i * 7) % size] = 1
      b[i, (i * 5) % size] = 1
    }
    BLAS.useCallingThreadOnly()
    let clock = ContinuousClock()
    let end = clock.now + duration
    var shortest = Duration.seconds(1_000_000)
    repeat {
      let elapsed = clock.measure {
        workers.run { worker in
          let rows = worker.range(of: size)
          BLAS.multiply(a.rows(rows), b, into: result.rows(rows))
        }
      }
      shortest = min(shortest, elapsed)
    } while clock.now < end
    return 2 * Double(size * size * size) / (shortest / .seconds(1)) / 1e9
  }

  /// Whether this library was compiled with optimisation, as it is even in a debug build.
  package static var libraryIsOptimized: Bool { !_isDebugAssertConfiguration() }
}
