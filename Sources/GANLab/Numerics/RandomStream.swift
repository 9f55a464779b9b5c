import Foundation

/// Random numbers that depend on nothing but where they are used.
///
/// A stream has no state. Its numbers lie in rows, addressed by row and column, so that any
/// thread can make any part of them, two runs with one seed see the same batches and noise
/// whatever else differs, and a run is resumed from its epoch and step alone.
///
/// The seed is Philox's key; the counter is (block within the row, row, substream, purpose).
public struct RandomStream: Sendable {
  /// What a stream is for; each purpose has numbers of its own.
  ///
  /// The values are part of what a seed stands for: new purposes are appended, none is renumbered.
  public enum Purpose: UInt32, Sendable {
    case generatorWeights = 0
    case discriminatorWeights = 1
    case shuffling = 2
    case noise = 3
    case sampleGrid = 4
    case classifierWeights = 5
  }

  private let key: SIMD2<UInt32>
  private let purpose: UInt32
  private let substream: UInt32

  /// - Parameter substream: tells apart the uses within a purpose: the layer of weights, the
  ///   epoch of a shuffle, the step of noise. Only its low 32 bits count.
  package init(seed: UInt64, purpose: Purpose, substream: Int = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = purpose.rawValue
    self.substream = UInt32(truncatingIfNeeded: substream)
  }

  /// Block `index` of `row`: four random words.
  @inline(__always)
  private func block(row: Int, index: Int) -> Philox.Block {
    Philox.block(
      counter: Philox.Block(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: row), substream, purpose),
      key: key)
  }

  /// Fills `elements` with N(0, 1), the numbers of `row`, by the Box–Muller transform.
  ///
  /// Each block of four words makes four normals. |value| ≤ √(2 · 24 · ln 2) = 5.77.
  func fillNormal(_ elements: UnsafeMutableBufferPointer<Float>, row: Int) {
    var column = 0
    while column < elements.count {
      let u = Self.uniforms(block(row: row, index: column / 4))
      let radius0 = (-2 * log(u[0])).squareRoot()
      let radius1 = (-2 * log(u[2])).squareRoot()
      let angle0 = 2 * Float.pi * u[1]
      let angle1 = 2 * Float.pi * u[3]
      let normals = SIMD4(
        radius0 * cos(angle0), radius0 * sin(angle0), radius1 * cos(angle1), radius1 * sin(angle1))
      for lane in 0..<min(4, elements.count - column) {
        elements[column + lane] = normals[lane]
      }
      column += 4
    }
  }

  /// Fills `elements` with N(0, 1) cut off at ±2: of the numbers of `row` those beyond are drawn
  /// again, from rows of later attempts.
  ///
  /// - Precondition: `row` < 2²⁴.
  func fillTruncatedNormal(_ elements: UnsafeMutableBufferPointer<Float>, row: Int) {
    precondition(row < 1 << 24, "row \(row)")
    fillNormal(elements, row: row)
    var again = elements.indices.filter { abs(elements[$0]) > 2 }
    var numbers = [Float](repeating: 0, count: elements.count)
    var attempt = 0
    // Of a hundred numbers five are beyond, of these again five in a hundred.
    while !again.isEmpty {
      attempt += 1
      numbers.withUnsafeMutableBufferPointer { fillNormal($0, row: row + attempt << 24) }
      for index in again { elements[index] = numbers[index] }
      again.removeAll { abs(elements[$0]) <= 2 }
    }
  }

  /// Fills `elements` with U(-1, 1), the numbers of `row`.
  func fillUniform(_ elements: UnsafeMutableBufferPointer<Float>, row: Int) {
    var column = 0
    while column < elements.count {
      let values = 2 * Self.uniforms(block(row: row, index: column / 4)) - 1
      for lane in 0..<min(4, elements.count - column) {
        elements[column + lane] = values[lane]
      }
      column += 4
    }
  }

  /// The numbers 0 … count − 1 in random order, by a Fisher–Yates shuffle.
  ///
  /// Not `Array.shuffled(using:)`, whose use of its generator may change with the Swift version:
  /// a seed stands for one order.
  ///
  /// - Precondition: `count` ≤ 2³². Positions are drawn as ⌊word · n / 2³²⌋ (Lemire's method
  ///   without rejection), biased by less than n / 2³².
  func permutation(count: Int) -> [Int] {
    precondition(count <= 1 << 32, "a permutation of \(count) numbers")
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      let position = count - 1 - last
      let word = block(row: 0, index: position / 4)[position % 4]
      order.swapAt(last, Int((UInt64(word) * UInt64(last + 1)) >> 32))
    }
    return order
  }

  /// Words as uniform numbers in (0, 1): the middles of 2²³ equal parts, which are exact floats.
  @inline(__always)
  private static func uniforms(_ words: Philox.Block) -> SIMD4<Float> {
    (SIMD4<Float>(words &>> 9) + 0.5) * 0x1p-23
  }
}
