import Foundation

/// A density made of Gaussian kernels at given points, all of one width (Goodfellow et al. 2014).
package struct ParzenWindow {
  /// The widths that are tried: 0.1 · 10^(i/9), i = 0 … 9.
  package static let sigmas = (0..<10).map { 0.1 * pow(10, Double($0) / 9) }

  private let kernels: PointSet
  /// ‖y‖² of each kernel as a float, filled up to whole vectors by what is far away.
  private let squaredLengths: [Float]

  /// Nil without points.
  ///
  /// - Parameter points: the kernels' centres, [n, d], kept and not copied; pixels in [0, 1].
  package init?(at points: Matrix) {
    if points.rows == 0 { return nil }
    kernels = PointSet(points)
    let missing = (Self.lanes - points.rows % Self.lanes) % Self.lanes
    squaredLengths =
      kernels.squaredLengths.map { Float($0) } + [Float](repeating: .infinity, count: missing)
  }

  /// The mean log-likelihood of some examples, in nats.
  package struct LogLikelihood: Sendable, Equatable {
    package let mean: Double
    /// The population's standard deviation / √examples.
    package let standardError: Double
  }

  /// The width under which examples are the most likely.
  package struct Choice: Sendable, Equatable {
    package let sigma: Double
    package let logLikelihood: LogLikelihood
    /// Whether it is the first or the last of the widths, so that a better one may lie beyond.
    package let isSmallest, isLargest: Bool
  }

  /// The one of `sigmas` with the greatest mean log-likelihood, the smallest of several.
  ///
  /// - Parameter validation: [examples, d], at least one.
  package func chooseSigma(validation: Matrix, threads: Int) -> Choice {
    let all = logLikelihoods(of: validation, sigmas: Self.sigmas, threads: threads)
    var best = 0
    for index in all.indices where all[index].mean > all[best].mean { best = index }
    return Choice(
      sigma: Self.sigmas[best], logLikelihood: all[best], isSmallest: best == 0,
      isLargest: best == all.count - 1)
  }

  /// The mean log-likelihood of examples for each width.
  ///
  /// Of an example x it is log((1/n) Σᵢ exp(−‖x − xᵢ‖² / 2σ²)) − d log(σ√(2π)).
  ///
  /// - Parameter examples: [examples, d], at least one.
  package func logLikelihoods(
    of examples: Matrix, sigmas: [Double], threads: Int
  ) -> [LogLikelihood] {
    precondition(
      examples.rows > 0 && examples.columns == kernels.dimension,
      "\(examples.shape) for kernels of dimension \(kernels.dimension)")
    BLAS.useCallingThreadOnly()
    let points = PointSet(examples)
    var values = [Double](repeating: 0, count: points.count * sigmas.count)
    values.withUnsafeMutableBufferPointer { values in
      Workers(count: threads).run { worker in
        let rows = worker.range(of: points.count, alignedTo: tileRows)
        score(points, rows, sigmas) { row, sigma, value in
          values[row * sigmas.count + sigma] = value
        }
      }
    }
    return sigmas.indices.map { sigma in
      Self.summary((0..<points.count).map { values[$0 * sigmas.count + sigma] })
    }
  }

  private static func summary(_ values: [Double]) -> LogLikelihood {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return LogLikelihood(mean: mean, standardError: (variance / count).squareRoot())
  }

  // MARK: Tiles

  private static let lanes = 16
  /// A sum of floats is carried on in double precision after as many columns.
  private static let chunk = 512

  /// The examples whose distances to all kernels are computed together: four megabytes of them.
  private var tileRows: Int { max(16, min(256, (1 << 20) / squaredLengths.count)) }

  /// Gives the log-likelihood of each example in `rows` for each width.
  private func score(
    _ points: PointSet, _ rows: Range<Int>, _ sigmas: [Double],
    give: (_ row: Int, _ sigma: Int, _ logLikelihood: Double) -> Void
  ) {
    let tile = Matrix(rows: tileRows, columns: squaredLengths.count)
    let constants = sigmas.map { sigma in
      -log(Double(kernels.count)) - Double(kernels.dimension) * log(sigma * (2 * .pi).squareRoot())
    }
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: tileRows) {
      let part = first..<min(first + tileRows, rows.upperBound)
      BLAS.multiply(
        points.points.rows(part), kernels.points, transposingB: true,
        into: tile.rows(0..<part.count).columns(0..<kernels.count))
      for row in part {
        let distances = tile.row(row - first)
        let least = makeDistances(points, row, distances)
        for (index, sigma) in sigmas.enumerated() {
          let precision = 1 / (2 * sigma * sigma)
          let sum = Self.sumOfExponentials(distances, less: least, times: Float(precision))
          give(row, index, log(sum) - Double(least) * precision + constants[index])
        }
      }
    }
  }

  /// Makes products x·y squared distances, and gives the least of them.
  private func makeDistances(
    _ points: PointSet, _ row: Int, _ products: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    let length = Float(points.squaredLengths[row])
    for column in kernels.count..<products.count { products[column] = 0 }
    var least = SIMD16<Float>(repeating: .infinity)
    squaredLengths.withUnsafeBufferPointer { lengths in
      for start in stride(from: 0, to: products.count, by: Self.lanes) {
        let address = UnsafeMutableRawPointer(products.baseAddress! + start)
        let lengthsHere = UnsafeRawPointer(lengths.baseAddress! + start)
          .loadUnaligned(as: SIMD16<Float>.self)
        let sum = lengthsHere + length
        var distance = sum - 2 * address.loadUnaligned(as: SIMD16<Float>.self)
        // Where little is left of the lengths, little is right.
        let isInexact = distance .< sum * 0x1p-10
        if any(isInexact) {
          for lane in 0..<Self.lanes where isInexact[lane] {
            distance[lane] = Float(points.squaredDistance(row, to: kernels, start + lane))
          }
        }
        address.storeBytes(of: distance, as: SIMD16<Float>.self)
        least = least.replacing(with: distance, where: distance .< least)
      }
    }
    return least.min()
  }

  /// Σ exp((least − distance) · factor). No term is above 1, the greatest is 1.
  private static func sumOfExponentials(
    _ distances: UnsafeMutableBufferPointer<Float>, less least: Float, times factor: Float
  ) -> Double {
    var sum = 0.0
    for first in stride(from: 0, to: distances.count, by: chunk) {
      var part = SIMD16<Float>.zero
      for start in stride(from: first, to: min(first + chunk, distances.count), by: lanes) {
        let distance = UnsafeRawPointer(distances.baseAddress! + start)
          .loadUnaligned(as: SIMD16<Float>.self)
        part += Elementwise.exp((least - distance) * factor)
      }
      sum += Double(part.sum())
    }
    return sum
  }
}
