import CZlib
import Foundation

/// A file of unsigned bytes in the IDX format of the MNIST database, raw or gzip-compressed.
///
/// The format: two zero bytes, the element type (0x08 for unsigned bytes), the number of
/// dimensions; then each dimension as a big-endian 32-bit number; then the elements, row-major
/// (LeCun, Cortes, Burges: "The MNIST database"). Compression is told by content, not by name.
struct IDXFile {
  /// What a file is expected to hold.
  enum Kind: UInt32, Sendable {
    /// [count, rows, columns]
    case images = 2051
    /// [count]
    case labels = 2049

    var dimensionCount: Int { Int(rawValue & 0xFF) }
    var description: String {
      "\(rawValue) (IDX \(self == .images ? "images" : "labels") of unsigned bytes)"
    }
  }

  let dimensions: [Int]
  let bytes: [UInt8]

  /// More than any data set of this kind has; what exceeds it is taken for a damaged header.
  static let largestImageSide = 1024
  static let largestElementCount = 1 << 31

  /// Reads the file at `path` whole.
  ///
  /// No memory is taken for the elements before the header is known to be plausible for the
  /// size of the file, and no more is touched than the file really fills.
  ///
  /// - Throws: ``DataSetError``.
  init(path: String, kind: Kind) throws(DataSetError) {
    let file = try CompressedFile(path: path)
    let header = try Self.readHeader(file, kind: kind)
    dimensions = header.dimensions
    let count = header.elementCount
    try Self.check(elementCount: count, headerSize: header.size, against: file)

    bytes = try file.read(count: count)
    if bytes.count < count {
      throw .tooShort(path, promised: header.size + count, found: header.size + bytes.count)
    }
    // Reading to the end also makes zlib compare the checksum.
    if try file.hasMore() { throw .tooLong(path, promised: header.size + count) }
  }

  private struct Header {
    let dimensions: [Int]
    let elementCount: Int
    var size: Int { 4 + 4 * dimensions.count }
  }

  private static func readHeader(
    _ file: CompressedFile, kind: Kind
  ) throws(DataSetError) -> Header {
    let path = file.path
    let start = try file.read(count: 4)
    if isMarkup(start) { throw .webPage(path, expected: kind.description) }
    guard start.count == 4 else {
      throw .tooShort(path, promised: 4 + 4 * kind.dimensionCount, found: start.count)
    }
    let magic = bigEndian(start[...])
    guard magic == kind.rawValue else {
      throw .wrongMagic(path, expected: kind.description, found: describe(magic: magic))
    }
    let sizes = try file.read(count: 4 * kind.dimensionCount)
    guard sizes.count == 4 * kind.dimensionCount else {
      throw .tooShort(path, promised: 4 + 4 * kind.dimensionCount, found: 4 + sizes.count)
    }
    let dimensions = (0..<kind.dimensionCount).map {
      Int(bigEndian(sizes[(4 * $0)..<(4 * $0 + 4)]))
    }

    if dimensions[0] == 0 { throw .empty(path) }
    for side in dimensions.dropFirst() where side < 1 || side > largestImageSide {
      throw .absurdSize(path, dimensions, limit: "1 to \(largestImageSide) rows and columns")
    }
    // No overflow: at most 2³² · 2¹⁰ · 2¹⁰.
    let count = dimensions.reduce(1, *)
    if count > largestElementCount {
      throw .absurdSize(path, dimensions, limit: "at most \(largestElementCount) elements")
    }
    return Header(dimensions: dimensions, elementCount: count)
  }

  /// Holds what the header promises against the size of the file on disk.
  private static func check(
    elementCount: Int, headerSize: Int, against file: CompressedFile
  ) throws(DataSetError) {
    let promised = headerSize + elementCount
    if file.isCompressed {
      // Deflate never packs more than 1032 bytes into one (zlib's technical notes).
      if promised > 1032 * file.sizeOnDisk {
        throw .tooShortCompressed(file.path, promised: promised, sizeOnDisk: file.sizeOnDisk)
      }
    } else if file.sizeOnDisk < promised {
      throw .tooShort(file.path, promised: promised, found: file.sizeOnDisk)
    } else if file.sizeOnDisk > promised {
      throw .tooLong(file.path, promised: promised)
    }
  }

  private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Whether a file begins as HTML or XML does.
  private static func isMarkup(_ start: [UInt8]) -> Bool {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let visible = start.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard visible.first == UInt8(ascii: "<") else { return false }
    guard let next = visible.dropFirst().first else { return true }
    return next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || letters.contains(next & 0xDF)
  }

  private static func describe(magic: UInt32) -> String {
    let types: [UInt32: String] = [
      0x08: "unsigned bytes", 0x09: "signed bytes", 0x0B: "16-bit integers",
      0x0C: "32-bit integers", 0x0D: "32-bit floats", 0x0E: "64-bit floats",
    ]
    guard magic >> 16 == 0, let type = types[magic >> 8], magic & 0xFF != 0 else {
      return "\(magic) (not an IDX file)"
    }
    switch Kind(rawValue: magic) {
    case .labels?: return "\(magic) (IDX labels)"
    case .images?: return "\(magic) (IDX images)"
    case nil: return "\(magic) (IDX of \(type) in \(magic & 0xFF) dimensions)"
    }
  }
}

/// A file that zlib decompresses while it is read, or passes on unchanged where it is not gzip.
private final class CompressedFile {
  let path: String
  let sizeOnDisk: Int
  private let file: gzFile

  init(path: String) throws(DataSetError) {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unreadable(path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path, reason: "not a file") }
    sizeOnDisk = Int(status.st_size)
    guard let file = gzopen(path, "rb") else {
      throw .unreadable(path, reason: String(cString: strerror(errno)))
    }
    self.file = file
    gzbuffer(file, 1 << 17)
  }

  deinit { gzclose(file) }

  /// Whether the contents are gzip; meaningful once something has been read.
  var isCompressed: Bool { gzdirect(file) == 0 }

  /// Up to `count` bytes, fewer only at the end of the file. Memory that the file does not fill
  /// is not touched.
  func read(count: Int) throws(DataSetError) -> [UInt8] {
    var failure: DataSetError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(DataSetError) {
        try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]), filled: &filled)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private func fill(
    _ buffer: UnsafeMutableBufferPointer<UInt8>, filled: inout Int
  ) throws(DataSetError) {
    while filled < buffer.count {
      let rest = buffer[filled...]
      let found = gzread(
        file, UnsafeMutableBufferPointer(rebasing: rest).baseAddress,
        UInt32(min(rest.count, 1 << 30)))
      var code: Int32 = Z_OK
      let message = String(cString: gzerror(file, &code))
      if code == Z_BUF_ERROR { throw .damagedGzip(path, reason: "it ends early") }
      if code == Z_ERRNO { throw .unreadable(path, reason: String(cString: strerror(errno))) }
      if found < 0 { throw .damagedGzip(path, reason: message) }
      if found == 0 { return }
      filled += Int(found)
    }
  }

  func hasMore() throws(DataSetError) -> Bool { try !read(count: 1).isEmpty }
}
