import CCrypto

/// A SHA-256 checksum (FIPS 180-4) of bytes that come piece by piece, by OpenSSL.
final class SHA256 {
  private let context: OpaquePointer

  init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("OpenSSL without SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The checksum as 64 hexadecimal digits; to be called once.
  func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  static func of(_ bytes: [UInt8]) -> String {
    let sum = SHA256()
    bytes.withUnsafeBytes { sum.update($0) }
    return sum.finish()
  }
}
