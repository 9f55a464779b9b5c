import Foundation
import Testing

@testable import GANLab

/// Each kernel against a plain loop in double precision, on lengths that leave every rest.
struct ElementwiseTests {
  private static let counts = [1, 2, 15, 16, 17, 31, 40, 100]

  private static func numbers(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
    let matrix = Matrix(rows: 1, columns: count)
    matrix.fillNormal(seed: seed)
    return matrix.elements.map { $0 * scale }
  }

  /// Klambauer et al. 2017.
  private static let scale = 1.050_700_987_355_480_5
  private static let alpha = 1.673_263_242_354_377_2

  /// Runs `kernel` on `values`, with a margin after them that must not change.
  private static func result(
    of values: [Float], _ kernel: (UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    let margin: [Float] = [7, 8, 9]
    var array = values + margin
    array.withUnsafeMutableBufferPointer { kernel($0.baseAddress!) }
    #expect(Array(array[values.count...]) == margin)
    return Array(array[..<values.count])
  }

  @Test(arguments: counts)
  func `activations`(count: Int) {
    let z = Self.numbers(count, seed: 1, scale: 3)
    let b = Self.numbers(count, seed: 2)
    let sums = zip(z, b).map { Double($0 + $1) }
    expectClose(
      Self.result(of: z) { Elementwise.leakyReLU($0, adding: b, slope: 0.2, count: count) },
      sums.map { $0 > 0 ? $0 : 0.2 * $0 })
    expectClose(
      Self.result(of: z) { Elementwise.tanh($0, adding: b, count: count) },
      sums.map { Foundation.tanh($0) })
    expectClose(
      Self.result(of: z) { Elementwise.sigmoid($0, adding: b, count: count) },
      sums.map { 1 / (1 + Foundation.exp(-$0)) })
    expectClose(
      Self.result(of: z) { Elementwise.softsign($0, adding: b, count: count) },
      sums.map { $0 / (1 + abs($0)) })
    expectClose(
      Self.result(of: z) { Elementwise.selu($0, adding: b, count: count) },
      sums.map { $0 > 0 ? Self.scale * $0 : Self.scale * Self.alpha * Foundation.expm1($0) })
    expectClose(Self.result(of: z) { Elementwise.add($0, b, count: count) }, sums)
    let other = Self.numbers(count, seed: 5)
    expectClose(
      Self.result(of: other) { Elementwise.sum($0, z, b, count: count) }, sums)
  }

  @Test(arguments: counts)
  func `derivatives`(count: Int) {
    let g = Self.numbers(count, seed: 3)
    let a = Self.numbers(count, seed: 4)
    let pairs = zip(g, a).map { (Double($0), Double($1)) }
    expectClose(
      Self.result(of: g) {
        Elementwise.multiplyByLeakyReLUDerivative($0, at: a, slope: 0.2, count: count)
      }, pairs.map { $1 > 0 ? $0 : 0.2 * $0 })
    expectClose(
      Self.result(of: g) { Elementwise.multiplyByTanhDerivative($0, at: a, count: count) },
      pairs.map { $0 * (1 - $1 * $1) })
    expectClose(
      Self.result(of: g) { Elementwise.multiplyBySigmoidDerivative($0, at: a, count: count) },
      pairs.map { $0 * $1 * (1 - $1) })
    expectClose(
      Self.result(of: g) { Elementwise.multiplyBySoftsignDerivative($0, at: a, count: count) },
      pairs.map { $0 * (1 - abs($1)) * (1 - abs($1)) })
    expectClose(
      Self.result(of: g) { Elementwise.multiplyBySELUDerivative($0, at: a, count: count) },
      pairs.map { $0 * ($1 > 0 ? Self.scale : $1 + Self.scale * Self.alpha) })
  }

  @Test func `e to the x less 1 is right to 4e-7 of itself, near zero too`() {
    for x in Self.magnitudes where x > 1e-37 && x < 87 {
      for value in [x, -x] {
        let expected = Foundation.expm1(Double(value))
        let found = Double(Elementwise.expMinusOne(Elementwise.Vector(repeating: value))[0])
        #expect(abs(found - expected) <= 4e-7 * abs(expected), "\(value)")
      }
    }
    #expect(Elementwise.expMinusOne(.init(repeating: .nan))[0].isNaN)
  }

  @Test func `the slope holds at zero, as in PyTorch`() {
    let gradient = Self.result(of: [1, 1, 1]) {
      Elementwise.multiplyByLeakyReLUDerivative($0, at: [0, 1, -1], slope: 0.2, count: 3)
    }
    #expect(gradient == [0.2, 1, 0.2])
  }

  /// Of every size from the smallest normal numbers to far in saturation.
  private static let magnitudes: [Float] = (-12_000...700).map {
    Foundation.pow(10, Float($0) / 300)
  }

  @Test func `tanh is right to 3e-7 of itself, however small`() {
    for x in Self.magnitudes where x > 1e-37 && x < 100 {
      for value in [x, -x] {
        let expected = Foundation.tanh(Double(value))
        let error = Double(Elementwise.tanh(Elementwise.Vector(repeating: value))[0]) - expected
        #expect(abs(error) <= 3e-7 * abs(expected), "tanh(\(value))")
      }
    }
    #expect(Elementwise.tanh(.init(repeating: 1e30))[0] == 1)
    #expect(Elementwise.tanh(.init(repeating: -.infinity))[0] == -1)
    #expect(Elementwise.tanh(.init(repeating: .nan))[0].isNaN)
    #expect(Elementwise.tanh(.zero)[0] == 0)
  }

  @Test func `exp is right to 2e-7 of itself, and bounded`() {
    for x in Self.magnitudes where x < 87 {
      for value in [x, -x] {
        let expected = Foundation.exp(Double(value))
        let error = Double(Elementwise.exp(Elementwise.Vector(repeating: value))[0]) - expected
        #expect(abs(error) <= 2e-7 * expected, "exp(\(value))")
      }
    }
    #expect(Elementwise.exp(.init(repeating: 1000))[0] > 1e38)
    #expect(Elementwise.exp(.init(repeating: -1000))[0] < 1e-37)
    #expect(Elementwise.exp(.init(repeating: .nan))[0].isNaN)
  }
}
