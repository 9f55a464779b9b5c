import Foundation
import TestSupport
import Testing

@testable import GANLab

/// Damaged files through the reader: each gives an error or a data set that is what it says.
///
/// The environment variable GAN_MUTATIONS sets how many are tried, 2,000 by default.
struct MutationTests {
  @Test func `damaged files are refused or sound, in little time and memory`() throws {
    let count = ProcessInfo.processInfo.environment["GAN_MUTATIONS"].flatMap { Int($0) } ?? 2_000
    let directory = try TemporaryDirectory()
    let raw = IDXBytes.images(count: 12, rows: 28, columns: 28)
    let packed = IDXBytes.gzip(raw)
    var random = MutationSource(seed: 1)
    var refused = 0
    let start = ContinuousClock.now
    for _ in 0..<count {
      var bytes: [UInt8]
      switch random.below(3) {
      case 0: bytes = random.mutate(raw)
      case 1: bytes = random.mutate(packed)
      default: bytes = IDXBytes.gzip(random.mutate(raw))
      }
      try directory.write(bytes, to: "train-images-idx3-ubyte")
      do throws(DataSetError) {
        let dataset = try ImageDataset(directory: directory.path)
        #expect(dataset.count > 0 && dataset.rows > 0 && dataset.columns > 0)
        #expect(dataset.pixels.count == dataset.count * dataset.rows * dataset.columns)
      } catch {
        refused += 1
        #expect(error.description.hasPrefix(directory.path))
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("\(count) damaged files: \(refused) refused, \(seconds) s, peak \(peakMemory ?? "?")")
    // Flipped pixels are no damage that a reader could see; most of the rest is.
    #expect(refused > count / 3 && refused < count)
  }

  /// The most memory this process has used, such as "43212 kB".
  private var peakMemory: String? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.dropFirst(6).trimmingCharacters(in: .whitespaces)
  }
}

/// Seeded damage.
struct MutationSource {
  private let seed: UInt64
  private var position: UInt32 = 0

  init(seed: UInt64) { self.seed = seed }

  mutating func below(_ bound: Int) -> Int {
    position += 1
    let word = Philox.block(
      counter: SIMD4(position, 0, 0, 0), key: SIMD2(UInt32(truncatingIfNeeded: seed), 0))[0]
    return Int(word) % bound
  }

  mutating func mutate(_ sound: [UInt8]) -> [UInt8] {
    var bytes = sound
    switch below(4) {
    case 0:
      // Bit flips anywhere.
      for _ in 0...below(8) { bytes[below(bytes.count)] ^= 1 << below(8) }
    case 1:
      bytes.removeLast(1 + below(bytes.count))
    case 2:
      // A header byte with any value.
      for _ in 0...below(4) { bytes[below(16)] = UInt8(below(256)) }
    default:
      // A piece lost, doubled or added.
      let start = below(bytes.count)
      let piece = bytes[start..<min(bytes.count, start + 1 + below(64))]
      if below(2) == 0 {
        bytes.removeSubrange(piece.indices)
      } else {
        bytes.insert(contentsOf: piece, at: below(bytes.count))
      }
    }
    return bytes
  }
}
