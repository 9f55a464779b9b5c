import Testing

@testable import GANLab

struct PhiloxTests {
  /// The known-answer vectors for philox4x32 with 10 rounds that Random123, the authors' library,
  /// publishes with its tests (kat_vectors).
  @Test(
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func `the block function gives the published answers`(
    counter: [UInt32], key: [UInt32], answer: [UInt32]
  ) {
    #expect(Philox.block(counter: SIMD4(counter), key: SIMD2(key)) == SIMD4(answer))
  }

  @Test func `normals have the mean, variance, skewness and kurtosis of N(0, 1)`() {
    let count = 1_000_000
    let values = normals(RandomStream(seed: 7, purpose: .noise), count: count).map(Double.init)
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } }
        / Double(count)
    }
    // Standard errors of the raw moments: √(var(xᵏ) / n), with var 1, 2, 15 and 96.
    let n = Double(count)
    #expect(abs(moment(1)) < 5 * (1 / n).squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(moment(3)) < 5 * (15 / n).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96 / n).squareRoot())
  }

  @Test func `uniforms fill (-1, 1) evenly`() {
    let count = 200_000
    let matrix = Matrix(rows: 1, columns: count)
    RandomStream(seed: 3, purpose: .noise).fillUniform(matrix.row(0), row: 0)
    var bins = [Double](repeating: 0, count: 20)
    for value in matrix.row(0) {
      #expect(value > -1 && value < 1)
      bins[Int((value + 1) * 10)] += 1
    }
    let expected = Double(count) / 20
    let chiSquare = bins.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // 19 degrees of freedom: mean 19, standard deviation √38.
    #expect(chiSquare < 19 + 5 * 38.0.squareRoot())
  }

  @Test func `a row does not depend on how much of it is drawn`() {
    let stream = RandomStream(seed: 1, purpose: .noise, substream: 9)
    let whole = normals(stream, count: 103, row: 5)
    #expect(normals(stream, count: 7, row: 5) == Array(whole[..<7]))
  }

  @Test func `seeds, purposes, substreams and rows have numbers of their own`() {
    let first = normals(RandomStream(seed: 1, purpose: .noise), count: 16)
    let others = [
      normals(RandomStream(seed: 2, purpose: .noise), count: 16),
      normals(RandomStream(seed: 1 + 1 << 32, purpose: .noise), count: 16),
      normals(RandomStream(seed: 1, purpose: .shuffling), count: 16),
      normals(RandomStream(seed: 1, purpose: .noise, substream: 1), count: 16),
      normals(RandomStream(seed: 1, purpose: .noise), count: 16, row: 1),
    ]
    for other in others { #expect(Set(first).isDisjoint(with: other)) }
  }

  @Test(arguments: [1, 2, 3, 1000])
  func `a permutation holds every number once`(count: Int) {
    let order = RandomStream(seed: 4, purpose: .shuffling, substream: 2).permutation(count: count)
    #expect(order.sorted() == Array(0..<count))
  }

  @Test func `all orders of three come up equally often`() {
    var counts: [[Int]: Double] = [:]
    let trials = 12_000
    for trial in 0..<trials {
      let stream = RandomStream(seed: 5, purpose: .shuffling, substream: trial)
      counts[stream.permutation(count: 3), default: 0] += 1
    }
    #expect(counts.count == 6)
    let expected = Double(trials) / 6
    for count in counts.values { #expect(abs(count - expected) < 5 * expected.squareRoot()) }
  }

  private func normals(_ stream: RandomStream, count: Int, row: Int = 0) -> [Float] {
    let matrix = Matrix(rows: 1, columns: count)
    stream.fillNormal(matrix.row(0), row: row)
    return Array(matrix.row(0))
  }
}
