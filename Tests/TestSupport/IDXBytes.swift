import CZlib

/// The bytes of IDX files, sound ones and, by arguments that contradict each other, broken ones.
public enum IDXBytes {
  /// A header and whatever elements are given.
  public static func file(magic: UInt32, dimensions: [UInt32], elements: [UInt8]) -> [UInt8] {
    let words: [UInt32] = [magic] + dimensions
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
    }
      + elements
  }

  public static func images(count: Int, rows: Int, columns: Int) -> [UInt8] {
    let elements = (0..<(count * rows * columns)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    return file(
      magic: 2051, dimensions: [UInt32(count), UInt32(rows), UInt32(columns)], elements: elements)
  }

  public static func labels(count: Int, classes: Int = 10) -> [UInt8] {
    file(
      magic: 2049, dimensions: [UInt32(count)],
      elements: (0..<count).map { UInt8($0 % classes) })
  }

  /// A data set of 300 training and 120 test images of 8 × 8, four patterns with a label each, by file name.
  public static let smallDataset: [String: [UInt8]] = [
    "train-images-idx3-ubyte": images(count: 300, rows: 8, columns: 8),
    "train-labels-idx1-ubyte": labels(count: 300, classes: 4),
    "t10k-images-idx3-ubyte": images(count: 120, rows: 8, columns: 8),
    "t10k-labels-idx1-ubyte": labels(count: 120, classes: 4),
  ]

  /// `bytes` as one gzip member.
  public static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let version = zlibVersion()
    let size = Int32(MemoryLayout<z_stream>.size)
    // 15 bits of window, plus 16 for a gzip header.
    precondition(
      deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, version, size) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let written = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        return Int(stream.total_out)
      }
    }
    return Array(output[..<written])
  }
}
