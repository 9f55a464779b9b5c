/// The squared maximum mean discrepancy of two sets of features with the kernel (x·y / d + 1)³,
/// without bias: zero on average if both are drawn from one distribution, so it may be negative
/// (Bińkowski et al. 2018).
package struct KernelDistance: Sendable, Equatable {
  /// The mean over the blocks.
  package let value: Double
  /// The standard deviation of the blocks' values (n − 1) / √blocks; nil for one block.
  package let standardError: Double?

  /// Rows and columns of the kernel's matrix that are computed together.
  private static let tile = 256

  /// Compares the first block of the real features with the first of the generated, and so on:
  /// 1,024 each, in order, until one set has no more; the last may be smaller. A last block of a
  /// single example says nothing and is left out. If a set has no more than one block, all of the
  /// other is compared with it.
  ///
  /// Nil if a set has fewer than two examples.
  ///
  /// - Parameter real: [n, d].
  /// - Parameter generated: [m, d].
  /// - Parameter blockSize: instead of 1,024, for tests.
  package init?(real: Matrix, generated: Matrix, blockSize: Int = 1024, threads: Int) {
    precondition(real.columns == generated.columns, "\(real.shape) and \(generated.shape)")
    if real.rows < 2 || generated.rows < 2 { return nil }
    BLAS.useCallingThreadOnly()
    let blocks = Self.blocks(of: blockSize, real.rows, generated.rows)
    // A strip of rows at a time, each sum in a place of its own: the bits do not depend on the
    // threads.
    var strips: [Strip] = []
    for (index, block) in blocks.enumerated() {
      let (reals, fakes) = (real.rows(block.real), generated.rows(block.generated))
      strips += Self.strips(block: index, reals)
      strips += Self.strips(block: index, fakes)
      strips += Self.strips(block: index, reals, against: fakes)
    }
    var terms = [Double](repeating: 0, count: strips.count)
    terms.withUnsafeMutableBufferPointer { terms in
      Workers(count: threads).run { worker in
        for index in worker.range(of: strips.count) { terms[index] = strips[index].term() }
      }
    }
    var values = [Double](repeating: 0, count: blocks.count)
    for (strip, term) in zip(strips, terms) { values[strip.block] += term }

    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    value = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : nil
  }

  /// The rows of each block's real and generated features.
  private static func blocks(
    of size: Int, _ real: Int, _ generated: Int
  ) -> [(real: Range<Int>, generated: Range<Int>)] {
    if min(real, generated) <= size { return [(0..<real, 0..<generated)] }
    return stride(from: 0, to: min(real, generated) - 1, by: size).map { first in
      (first..<min(first + size, real), first..<min(first + size, generated))
    }
  }

  /// The strips of one of the three means that a block's value is made of: of the kernel between
  /// all examples and all others of one set, or between the examples of two, which counts −2 times.
  private static func strips(block: Int, _ a: Matrix, against other: Matrix? = nil) -> [Strip] {
    let pairs = a.rows * (other?.rows ?? a.rows - 1)
    return stride(from: 0, to: a.rows, by: tile).map { first in
      Strip(
        block: block, a: a, rows: first..<min(first + tile, a.rows), b: other ?? a,
        omitsDiagonal: other == nil, factor: (other == nil ? 1 : -2) / Double(pairs))
    }
  }

  /// Some rows of a block's kernel matrix.
  private struct Strip {
    let block: Int
    let a: Matrix
    let rows: Range<Int>
    let b: Matrix
    let omitsDiagonal: Bool
    let factor: Double

    /// The sum of the kernel over the strip, times the factor.
    func term() -> Double {
      let (d, tile) = (a.columns, KernelDistance.tile)
      let left = DoubleMatrix(rows: rows.count, columns: d)
      left.copy(from: a.rows(rows))
      let right = DoubleMatrix(rows: tile, columns: d)
      let products = DoubleMatrix(rows: rows.count, columns: tile)
      var sum = 0.0
      for first in stride(from: 0, to: b.rows, by: tile) {
        let columns = first..<min(first + tile, b.rows)
        let (part, product) = (right.rows(0..<columns.count), products.columns(0..<columns.count))
        part.copy(from: b.rows(columns))
        BLAS.multiply(left, part, transposingB: true, into: product)
        for index in 0..<rows.count {
          let omitted = omitsDiagonal ? rows.lowerBound + index - first : -1
          sum += Self.sumOfKernel(product.row(index), d, without: omitted)
        }
      }
      return sum * factor
    }

    /// Σ (x·y / d + 1)³, given the x·y, without one of them.
    private static func sumOfKernel(
      _ products: UnsafeMutableBufferPointer<Double>, _ d: Int, without omitted: Int
    ) -> Double {
      let scale = 1 / Double(d)
      // Where the kernel is zero, but for rounding.
      if products.indices.contains(omitted) { products[omitted] = -Double(d) }
      var sums = SIMD8<Double>.zero
      let whole = products.count / 8 * 8
      for column in stride(from: 0, to: whole, by: 8) {
        let base =
          UnsafeRawPointer(products.baseAddress! + column)
          .loadUnaligned(as: SIMD8<Double>.self) * scale + 1
        sums += base * base * base
      }
      for column in whole..<products.count {
        let base = products[column] * scale + 1
        sums[0] += base * base * base
      }
      return sums.sum()
    }
  }
}
