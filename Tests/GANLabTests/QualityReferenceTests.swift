import Foundation
import Testing

@testable import GANLab

/// The metrics of image quality on sets of several tiles, against plain loops in double precision.
struct QualityReferenceTests {
  /// Points that are hard in a way of their own.
  enum Points: CaseIterable {
    /// Normal, but that some are there several times, in both sets.
    case normal
    /// On a grid, so that many distances are equal.
    case grid
    /// So far from the origin that float products say nothing of distances.
    case far

    var real: Matrix { make(rows: 1100, seed: 1) }

    var generated: Matrix {
      let matrix = make(rows: 300, seed: 2)
      for row in 0..<40 {
        matrix.rows(row..<row + 1).copy(from: real.rows(row * 20..<row * 20 + 1))
      }
      for row in 40..<60 { matrix.rows(row..<row + 1).copy(from: matrix.rows(60..<61)) }
      return matrix
    }

    private func make(rows: Int, seed: UInt64) -> Matrix {
      let matrix = Matrix(rows: rows, columns: self == .grid ? 3 : 11)
      matrix.fillNormal(seed: seed)
      for row in 0..<rows {
        for column in 0..<matrix.columns {
          let value = matrix[row, column] + (seed == 2 ? 0.1 : 0)
          matrix[row, column] =
            switch self {
            case .normal: value
            case .grid: (value * 4).rounded() / 4
            case .far: value + 3000
            }
        }
      }
      // As many at one place as make a radius of zero, and a pair.
      for row in 200..<210 { matrix.rows(row..<row + 1).copy(from: matrix.rows(210..<211)) }
      matrix.rows(rows - 5..<rows - 4).copy(from: matrix.rows(20..<21))
      return matrix
    }
  }

  @Test(arguments: Points.allCases)
  func `neighbours and balls, distance by distance`(points: Points) throws {
    let (real, generated) = (points.real, points.generated)
    let (n, m) = (real.rows, generated.rows)
    let toReal = squaredDistances(real, real)
    let toGenerated = squaredDistances(generated, generated)
    let between = squaredDistances(generated, real)
    func radii(_ distances: [[Double]], k: Int) -> [Double] {
      distances.enumerated().map { index, row in
        var others = row
        others[index] = .infinity
        var nearest: [Double] = []
        for distance in others where nearest.count < k || distance < nearest[k - 1] {
          nearest.append(distance)
          nearest.sort()
          nearest = Array(nearest.prefix(k))
        }
        return nearest[k - 1]
      }
    }
    let (real3, real5) = (radii(toReal, k: 3), radii(toReal, k: 5))
    let generated3 = radii(toGenerated, k: 3)
    let realBalls = try #require(Neighborhoods(real, threads: 2))
    let generatedBalls = try #require(Neighborhoods(generated, neighbors: 3, threads: 2))
    expectSame(realBalls.squaredRadii(k: 3), real3)
    expectSame(realBalls.squaredRadii(k: 5), real5)
    expectSame(generatedBalls.squaredRadii(k: 3), generated3)
    #expect(real3.contains(0) && real5.contains(0))

    let found = PrecisionRecall(real: realBalls, generated: generatedBalls, threads: 2)
    var (precise, recalled, balls) = (0, 0, 0)
    var covered = [Bool](repeating: false, count: n)
    for row in between {
      precise += (0..<n).contains { row[$0] < real3[$0] } ? 1 : 0
      for column in 0..<n where row[column] < real5[column] {
        balls += 1
        covered[column] = true
      }
    }
    for column in 0..<n {
      recalled += (0..<m).contains { between[$0][column] < generated3[$0] } ? 1 : 0
    }
    #expect(found.precision == Double(precise) / Double(m))
    #expect(found.recall == Double(recalled) / Double(n))
    #expect(found.density == Double(balls) / Double(5 * m))
    #expect(found.coverage == Double(covered.count { $0 }) / Double(n))
    for share in [found.precision, found.recall, found.coverage] {
      #expect(0.2 < share && share < 1)
    }

    let nearest = TrainingNeighbors(real).distances(of: generated, threads: 2)
    expectSame(nearest, between.map { $0.min()!.squareRoot() })
    #expect(nearest[..<40].allSatisfy { $0 == 0 })
  }

  @Test(arguments: Points.allCases)
  func `the Mann–Whitney test, pair by pair`(points: Points) {
    let training = TrainingNeighbors(points.real)
    let generated = training.distances(of: points.generated, threads: 2)
    let test = training.distances(of: points.real.rows(0..<300), threads: 1).map { $0 + 1 }
    var u = 0.0
    for x in generated { for y in test { u += x > y ? 1 : x == y ? 0.5 : 0 } }
    let (n, m) = (Double(generated.count), Double(test.count))
    let z = (u - n * m / 2) / (n * m * (n + m + 1) / 12).squareRoot()
    #expect(abs(Copying.score(generated: generated, test: test) - z) < 1e-9)
    #expect(abs(Copying.score(generated: test, test: generated) + z) < 1e-9)
  }

  @Test func `the kernel distance, block by block`() throws {
    let (real, generated) = (Points.normal.real.rows(0..<350), Points.normal.generated)
    func mean(_ a: Matrix, _ b: Matrix, withoutDiagonal: Bool) -> Double {
      var sum = 0.0
      for (i, x) in rows(a).enumerated() {
        for (j, y) in rows(b).enumerated() where !withoutDiagonal || i != j {
          var product = 0.0
          for column in x.indices { product += x[column] * y[column] }
          let base = product / Double(x.count) + 1
          sum += base * base * base
        }
      }
      return sum / Double(a.rows * (withoutDiagonal ? b.rows - 1 : b.rows))
    }
    func value(_ a: Matrix, _ b: Matrix) -> Double {
      mean(a, a, withoutDiagonal: true) + mean(b, b, withoutDiagonal: true)
        - 2 * mean(a, b, withoutDiagonal: false)
    }
    func distance(_ a: Matrix, _ b: Matrix, blockSize: Int) throws -> KernelDistance {
      try #require(KernelDistance(real: a, generated: b, blockSize: blockSize, threads: 2))
    }
    let first = value(real.rows(0..<270), generated.rows(0..<270))
    let second = value(real.rows(270..<350), generated.rows(270..<300))
    let both = try distance(real, generated, blockSize: 270)
    #expect(abs(both.value - (first + second) / 2) < 1e-10)
    #expect(abs(try #require(both.standardError) - abs(first - second) / 2) < 1e-10)
    // One block takes all of both sets.
    let one = try distance(real, generated, blockSize: 300)
    #expect(abs(one.value - value(real, generated)) < 1e-10 && one.standardError == nil)
    // A last block of one example is left out.
    let almostTwo = try distance(real, generated.rows(0..<271), blockSize: 270)
    #expect(abs(almostTwo.value - first) < 1e-10 && almostTwo.standardError == nil)
  }

  @Test(arguments: Points.allCases)
  func `the Parzen window, kernel by kernel`(points: Points) throws {
    let (kernels, examples) = (points.real, points.generated)
    let distances = squaredDistances(examples, kernels)
    let window = try #require(ParzenWindow(at: kernels))
    let sigmas = [0.1, 0.5, 2]
    let found = window.logLikelihoods(of: examples, sigmas: sigmas, threads: 2)
    for (sigma, found) in zip(sigmas, found) {
      let values = distances.map { row in
        let exponents = row.map { -$0 / (2 * sigma * sigma) }
        let greatest = exponents.max()!
        return greatest + log(exponents.reduce(0) { $0 + exp($1 - greatest) } / Double(row.count))
          - Double(kernels.columns) * log(sigma * (2 * Double.pi).squareRoot())
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(found.mean - mean) < 1e-5 * abs(mean), "\(found.mean), expected \(mean)")
      let standardError = (variance / Double(values.count)).squareRoot()
      #expect(abs(found.standardError - standardError) < 1e-5 * standardError)
    }
  }

  @Test func `mean, covariance and distance of a scaled set`() throws {
    let (real, scaled) = (Points.normal.real, Points.normal.real)
    for row in 0..<scaled.rows {
      for column in 0..<scaled.columns { scaled[row, column] = scaled[row, column] / 2 }
    }
    let fit = try #require(GaussianFit(real, threads: 2))
    let x = rows(real)
    let (n, d) = (Double(x.count), real.columns)
    let mean = (0..<d).map { column in x.reduce(0) { $0 + $1[column] } / n }
    for i in 0..<d {
      #expect(abs(fit.mean[i] - mean[i]) < 1e-12)
      for j in 0...i {
        let covariance = x.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) } / (n - 1)
        #expect(abs(fit.covariance.row(i)[j] - covariance) < 1e-12)
        #expect(fit.covariance.row(i)[j] == fit.covariance.row(j)[i])
      }
    }
    // Half the size: ‖μ/2‖² + tr(C + C/4 − C).
    let distance = FrechetDistance.between(fit, try #require(GaussianFit(scaled, threads: 2)))
    let expected = mean.reduce(0) { $0 + $1 * $1 / 4 } + fit.covariance.trace / 4
    #expect(abs(distance - expected) < 1e-10)
  }

  // MARK: Plain loops

  private func rows(_ matrix: Matrix) -> [[Double]] {
    (0..<matrix.rows).map { matrix.row($0).map(Double.init) }
  }

  private func squaredDistances(_ a: Matrix, _ b: Matrix) -> [[Double]] {
    (0..<a.rows).map { i in
      let x = a.row(i).baseAddress!
      return (0..<b.rows).map { j in
        let y = b.row(j).baseAddress!
        var sum = 0.0
        for column in 0..<a.columns {
          let difference = Double(x[column]) - Double(y[column])
          sum += difference * difference
        }
        return sum
      }
    }
  }

  /// The same but for the order of additions; what is zero is zero.
  private func expectSame(
    _ values: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    #expect(
      zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-12 * $1 },
      sourceLocation: sourceLocation)
  }
}
