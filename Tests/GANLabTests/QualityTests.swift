import Foundation
import Testing

@testable import GANLab

/// Metrics of image quality that SciPy and the published prdc package computed in double precision:
/// every `quality_*.json` in the folder of ``OracleTests``.
struct QualityTests {
  private struct Oracle: Decodable {
    struct Manifold: Decodable {
      let precision, recall, density, coverage: Double
    }

    struct Parzen: Decodable {
      let sigma, meanLogLikelihood, standardError: Double
    }

    let n, m, d: Int
    let real, fake, logits: [Double]
    let frechetDistance, kernelDistance, classifierScore, classKlFromUniform: Double
    let classShares: [Double]
    let prdcK3, prdcK5: Manifold
    let parzen: [Parzen]

    func matrix(_ elements: [Double], rows: Int) -> Matrix {
      let matrix = Matrix(rows: rows, columns: elements.count / rows)
      matrix.fill(elements)
      return matrix
    }

    var realMatrix: Matrix { matrix(real, rows: n) }
    var fakeMatrix: Matrix { matrix(fake, rows: m) }
  }

  private static func oracle(_ file: URL) throws -> Oracle {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Oracle.self, from: Data(contentsOf: file))
  }

  private static let files = GANLabTests.Oracle.files("quality_")

  @Test(arguments: files)
  func `the Fréchet distance agrees with SciPy`(file: URL) throws {
    let oracle = try Self.oracle(file)
    let real = try #require(GaussianFit(oracle.realMatrix, threads: 2))
    let fake = try #require(GaussianFit(oracle.fakeMatrix, threads: 2))
    expectRelative(FrechetDistance.between(real, fake), oracle.frechetDistance)
    expectRelative(FrechetDistance.between(fake, real), oracle.frechetDistance)
    #expect(abs(FrechetDistance.between(real, real)) < 1e-6 * real.covariance.trace)
  }

  @Test(arguments: files)
  func `the kernel distance agrees with NumPy`(file: URL) throws {
    let oracle = try Self.oracle(file)
    let distance = try #require(
      KernelDistance(real: oracle.realMatrix, generated: oracle.fakeMatrix, threads: 2))
    expectRelative(distance.value, oracle.kernelDistance)
    #expect(distance.standardError == nil)
  }

  @Test(arguments: files)
  func `precision, recall, density and coverage are prdc's`(file: URL) throws {
    let oracle = try Self.oracle(file)
    let real = try #require(Neighborhoods(oracle.realMatrix, threads: 2))
    let fake = try #require(Neighborhoods(oracle.fakeMatrix, threads: 2))
    for (k, expected) in [(3, oracle.prdcK3), (5, oracle.prdcK5)] {
      let found = PrecisionRecall(real: real, generated: fake, k: k, densityK: k, threads: 2)
      #expect(abs(found.precision - expected.precision) < 1e-12)
      #expect(abs(found.recall - expected.recall) < 1e-12)
      #expect(abs(found.density - expected.density) < 1e-12)
      #expect(abs(found.coverage - expected.coverage) < 1e-12)
    }
    let mixed = PrecisionRecall(real: real, generated: fake, threads: 2)
    #expect(abs(mixed.precision - oracle.prdcK3.precision) < 1e-12)
    #expect(abs(mixed.recall - oracle.prdcK3.recall) < 1e-12)
    #expect(abs(mixed.density - oracle.prdcK5.density) < 1e-12)
    #expect(abs(mixed.coverage - oracle.prdcK5.coverage) < 1e-12)
  }

  @Test(arguments: files)
  func `the Parzen window agrees with SciPy for every width`(file: URL) throws {
    let oracle = try Self.oracle(file)
    let window = try #require(ParzenWindow(at: oracle.fakeMatrix))
    let found = window.logLikelihoods(
      of: oracle.realMatrix, sigmas: ParzenWindow.sigmas, threads: 2)
    #expect(found.count == oracle.parzen.count)
    for (index, expected) in oracle.parzen.enumerated() {
      expectRelative(ParzenWindow.sigmas[index], expected.sigma)
      expectRelative(found[index].mean, expected.meanLogLikelihood)
      expectRelative(found[index].standardError, expected.standardError)
    }
    let best = oracle.parzen.max { $0.meanLogLikelihood < $1.meanLogLikelihood }
    let choice = window.chooseSigma(validation: oracle.realMatrix, threads: 2)
    expectRelative(choice.sigma, try #require(best).sigma)
    expectRelative(choice.logLikelihood.mean, try #require(best).meanLogLikelihood)
    #expect(choice.isLargest == (best?.sigma == oracle.parzen.last?.sigma) && !choice.isSmallest)
  }

  @Test(arguments: files)
  func `the classifier's score and shares agree with NumPy`(file: URL) throws {
    let oracle = try Self.oracle(file)
    let logits = oracle.matrix(oracle.logits, rows: oracle.m)
    let score = try #require(ClassifierScore(logits: logits))
    expectRelative(score.score, oracle.classifierScore)
    #expect(score.classShares == oracle.classShares)
    #expect(score.presentClasses == oracle.classShares.count { $0 >= 0.01 })
    let uniform = [Double](repeating: 1 / Double(logits.columns), count: logits.columns)
    expectRelative(score.divergence(fromReal: uniform), oracle.classKlFromUniform)
  }

  private func expectRelative(
    _ value: Double, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(value - expected) <= 1e-4 * abs(expected), "\(value), expected \(expected)",
      sourceLocation: sourceLocation)
  }
}
