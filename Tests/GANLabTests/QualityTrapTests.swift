import Testing

@testable import GANLab

/// Sets of images that metrics of quality must not stumble over.
struct QualityTrapTests {
  private func normal(rows: Int, columns: Int, seed: UInt64) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    matrix.fillNormal(seed: seed)
    return matrix
  }

  /// As many copies of one row.
  private func repeated(_ row: Matrix, rows: Int) -> Matrix {
    let matrix = Matrix(rows: rows, columns: row.columns)
    for index in 0..<rows { matrix.rows(index..<index + 1).copy(from: row) }
    return matrix
  }

  private func copy(_ matrix: Matrix) -> Matrix {
    let copy = Matrix(rows: matrix.rows, columns: matrix.columns)
    copy.copy(from: matrix)
    return copy
  }

  /// All figures of two sets of features, as one list.
  private func figures(_ real: Matrix, _ generated: Matrix, threads: Int) throws -> [Double] {
    let balls = try #require(Neighborhoods(real, threads: threads))
    let prdc = PrecisionRecall(
      real: balls, generated: try #require(Neighborhoods(generated, threads: threads)),
      threads: threads)
    let kernel = try #require(KernelDistance(real: real, generated: generated, threads: threads))
    let frechet = FrechetDistance.between(
      try #require(GaussianFit(real, threads: threads)),
      try #require(GaussianFit(generated, threads: threads)))
    let window = try #require(ParzenWindow(at: generated))
    let choice = window.chooseSigma(validation: real, threads: threads)
    let likelihood = window.logLikelihoods(of: real, sigmas: [choice.sigma], threads: threads)[0]
    let distances = TrainingNeighbors(real).distances(of: generated, threads: threads)
    return [
      prdc.precision, prdc.recall, prdc.density, prdc.coverage, frechet, kernel.value,
      kernel.standardError ?? 0, choice.sigma, likelihood.mean, likelihood.standardError,
    ] + distances
  }

  /// Precision, recall, density, coverage and the Fréchet distance.
  private func expectPerfect(_ real: Matrix, _ generated: Matrix) throws {
    let found = try figures(real, generated, threads: 2)
    #expect(Array(found[..<4]) == [1, 1, 1, 1])
    #expect(abs(found[4]) < 1e-6 * Double(real.columns))
    #expect(found[5] < 0, "the kernel distance without bias of a set from itself")
    #expect(found[10...].allSatisfy { $0 == 0 })
  }

  @Test func `a set against itself, and against copies`() throws {
    let real = normal(rows: 700, columns: 33, seed: 1)
    try expectPerfect(real, real)
    try expectPerfect(real, copy(real))
    // In another order.
    let turned = copy(real)
    for row in 0..<700 { turned.rows(row..<row + 1).copy(from: real.rows(699 - row..<700 - row)) }
    try expectPerfect(real, turned)
  }

  @Test func `fewer images than dimensions`() throws {
    let real = normal(rows: 40, columns: 200, seed: 2)
    try expectPerfect(real, copy(real))
    let other = normal(rows: 30, columns: 200, seed: 3)
    #expect(try figures(real, other, threads: 2).allSatisfy(\.isFinite))
  }

  @Test func `all points equal`() throws {
    let point = normal(rows: 1, columns: 20, seed: 4)
    let (real, generated) = (repeated(point, rows: 300), repeated(point, rows: 310))
    let found = try figures(real, generated, threads: 2)
    // Nothing is strictly within a radius of zero.
    #expect(Array(found[..<4]) == [0, 0, 0, 0])
    #expect(abs(found[4]) < 1e-12 && abs(found[5]) < 1e-9)
    // Every kernel lies at every image.
    #expect(found[7] == ParzenWindow.sigmas[0] && found[9] < 1e-12)
    #expect(found[10...].allSatisfy { $0 == 0 })
  }

  @Test func `collapse onto one image`() throws {
    let real = normal(rows: 300, columns: 20, seed: 5)
    let found = try figures(real, repeated(real.rows(7..<8), rows: 280), threads: 2)
    #expect(found[0] == 1, "it is a real image")
    #expect(found[1] == 0 && found[3] < 0.1 && found[4] > 10)
    // No generated image but the average one: ‖μ₁ − x‖² + tr C₁.
    let fit = try #require(GaussianFit(real, threads: 1))
    let shift = zip(fit.mean, real.row(7)).reduce(0) {
      $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1))
    }
    #expect(abs(found[4] - shift - fit.covariance.trace) < 1e-6)
  }

  @Test func `the threads do not show in any bit`() throws {
    let real = normal(rows: 1300, columns: 70, seed: 6)
    let generated = normal(rows: 1201, columns: 70, seed: 7)
    generated.rows(100..<140).copy(from: real.rows(0..<40))
    let one = try figures(real, generated, threads: 1)
    for threads in [2, 3] {
      let several = try figures(real, generated, threads: threads)
      #expect(several.map(\.bitPattern) == one.map(\.bitPattern))
    }
    #expect(one.allSatisfy(\.isFinite) && one[6] > 0)
  }

  @Test func `sets that are too small`() {
    let points = normal(rows: 5, columns: 3, seed: 8)
    #expect(Neighborhoods(points, threads: 1) == nil)
    #expect(Neighborhoods(points, neighbors: 4, threads: 1) != nil)
    #expect(GaussianFit(points.rows(0..<1), threads: 1) == nil)
    #expect(KernelDistance(real: points, generated: points.rows(0..<1), threads: 1) == nil)
    #expect(KernelDistance(real: points.rows(0..<2), generated: points, threads: 3) != nil)
    #expect(ParzenWindow(at: points.rows(0..<0)) == nil)
    #expect(ClassifierScore(logits: points.rows(0..<0)) == nil)
    #expect(Copying.score(generated: [], test: [1]).isNaN)
    #expect(
      TrainingNeighbors(points.rows(0..<0)).distances(of: points, threads: 2)
        == [Double](repeating: .infinity, count: 5))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 3e38])
  func `what is not finite is found, and crashes nothing`(value: Float) throws {
    let real = normal(rows: 60, columns: 12, seed: 9)
    let generated = copy(real)
    #expect(real.firstNonFiniteRow == nil)
    generated[41, 11] = value
    generated[50, 0] = value
    #expect(generated.firstNonFiniteRow == 41)
    _ = try figures(real, generated, threads: 2)
    _ = try figures(generated, real, threads: 2)
    let score = try #require(ClassifierScore(logits: generated))
    #expect(score.predictions.reduce(0, +) == 60)
    #expect(Copying.score(generated: [1, Double(value)], test: [2, .nan]).isNaN)
  }

  @Test func `a Parzen window says when its width is at an end`() throws {
    let points = normal(rows: 50, columns: 5, seed: 10)
    let window = try #require(ParzenWindow(at: points))
    let near = window.chooseSigma(validation: points, threads: 2)
    #expect(near.isSmallest && !near.isLargest && near.sigma == 0.1)
    let distant = copy(points)
    for row in 0..<50 { for column in 0..<5 { distant[row, column] += 9 } }
    let far = window.chooseSigma(validation: distant, threads: 2)
    #expect(far.isLargest && !far.isSmallest && far.sigma == ParzenWindow.sigmas[9])
    #expect(ParzenWindow.sigmas.count == 10 && abs(ParzenWindow.sigmas[9] - 1) < 1e-12)
  }

  @Test func `a classifier's score at its ends`() throws {
    let sure = Matrix(rows: 200, columns: 4)
    for row in 0..<200 { sure[row, row % 4] = 1000 }
    let even = try #require(ClassifierScore(logits: sure))
    #expect(abs(even.score - 4) < 1e-12 && even.presentClasses == 4)
    #expect(even.divergence(fromReal: [0.25, 0.25, 0.25, 0.25]) == 0)
    #expect(even.divergence(fromReal: [0.5, 0.25, 0.25, 0]) == .infinity)
    for row in 0..<200 { for column in 0..<4 { sure[row, column] = column == 2 ? 0 : -50 } }
    // 1 % and half of it.
    for (row, column) in [(3, 0), (9, 0), (100, 3)] { sure[row, column] = 50 }
    let uneven = try #require(ClassifierScore(logits: sure))
    #expect(uneven.predictions == [2, 0, 197, 1])
    #expect(uneven.presentClasses == 2)
    #expect(uneven.divergence(fromReal: [0.25, 0, 0.5, 0.25]).isFinite)
    for row in 0..<200 { for column in 0..<4 { sure[row, column] = Float(column) } }
    let alike = try #require(ClassifierScore(logits: sure))
    #expect(abs(alike.score - 1) < 1e-12 && alike.presentClasses == 1)
  }

  @Test func `copies lie far below test images, alike ones do not`() {
    let training = normal(rows: 800, columns: 10, seed: 11)
    let neighbors = TrainingNeighbors(training)
    let test = neighbors.distances(of: normal(rows: 400, columns: 10, seed: 12), threads: 2)
    let alike = neighbors.distances(of: normal(rows: 500, columns: 10, seed: 13), threads: 2)
    let copies = neighbors.distances(of: training.rows(100..<600), threads: 2)
    #expect(abs(Copying.score(generated: alike, test: test)) < 4)
    #expect(Copying.score(generated: copies, test: test) < -20)
    #expect(Copying.score(generated: test.map { $0 + 10 }, test: test) > 20)
    #expect(Copying.score(generated: test, test: test) == 0)
  }
}
