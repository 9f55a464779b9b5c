/// The Philox4x32-10 generator: a function from a counter and a key to 128 random bits.
///
/// Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
enum Philox {
  typealias Block = SIMD4<UInt32>

  /// The random block for `counter` under `key`.
  @inline(__always)
  static func block(counter: Block, key: SIMD2<UInt32>) -> Block {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let product0 = UInt64(c[0]) &* 0xD251_1F53
      let product1 = UInt64(c[2]) &* 0xCD9E_8D57
      c = Block(
        UInt32(truncatingIfNeeded: product1 >> 32) ^ c[1] ^ k[0],
        UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 >> 32) ^ c[3] ^ k[1],
        UInt32(truncatingIfNeeded: product0))
      k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return c
  }
}
