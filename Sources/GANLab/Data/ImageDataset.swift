import Foundation

/// Grey images of one size with their labels, such as MNIST. Pixels stay the bytes they are on
/// disk; ``copyBatch(_:into:)`` makes floats of one batch at a time.
public struct ImageDataset: Sendable {
  /// A part of an MNIST-format data set, by the beginning of its file names.
  public enum Split: String, Sendable, CaseIterable {
    case train
    case test = "t10k"
  }

  public let count: Int
  /// The height of an image.
  public let rows: Int
  /// The width of an image.
  public let columns: Int
  /// [count, rows, columns], 0 … 255.
  let pixels: [UInt8]
  /// [count]; nil where the data set has no file of labels. Training needs none.
  public let labels: [UInt8]?

  /// One more than the greatest label; nil without labels.
  package var classes: Int? { labels.map { Int($0.max() ?? 0) + 1 } }

  public var pixelsPerImage: Int { rows * columns }

  /// Reads the images of `split` in `directory`, and the labels where there are any.
  ///
  /// The names are MNIST's, `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, with or
  /// without `.gz`.
  ///
  /// - Throws: ``DataSetError``.
  public init(directory: String, split: Split = .train) throws(DataSetError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) else {
      throw .noDirectory(directory)
    }
    guard isDirectory.boolValue else { throw .notADirectory(directory) }
    let names = Self.fileNames(split, .images)
    guard let imagePath = Self.firstFile(of: names, in: directory) else {
      throw .noFile(directory: directory, candidates: names)
    }
    let images = try IDXFile(path: imagePath, kind: .images)
    count = images.dimensions[0]
    rows = images.dimensions[1]
    columns = images.dimensions[2]
    pixels = images.bytes

    guard let labelPath = Self.firstFile(of: Self.fileNames(split, .labels), in: directory) else {
      labels = nil
      return
    }
    let labels = try IDXFile(path: labelPath, kind: .labels)
    guard labels.bytes.count == count else {
      throw .differentCounts(images: imagePath, count, labels: labelPath, labels.bytes.count)
    }
    self.labels = labels.bytes
  }

  /// Images made in memory.
  ///
  /// - Parameter pixels: [count, rows, columns].
  /// - Parameter labels: [count].
  init(count: Int, rows: Int, columns: Int, pixels: [UInt8], labels: [UInt8]? = nil) {
    precondition(pixels.count == count * rows * columns, "\(pixels.count) pixels")
    self.count = count
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
    self.labels = labels
  }

  /// Whether `directory` has a file named as the images of `split` are.
  package static func exist(in directory: String, split: Split = .train) -> Bool {
    firstFile(of: fileNames(split, .images), in: directory) != nil
  }

  static func fileNames(_ split: Split, _ kind: IDXFile.Kind) -> [String] {
    let (part, type) = kind == .images ? ("images", "idx3") : ("labels", "idx1")
    return ["-", "."].flatMap { separator in
      ["", ".gz"].map { "\(split.rawValue)-\(part)\(separator)\(type)-ubyte\($0)" }
    }
  }

  private static func firstFile(of names: [String], in directory: String) -> String? {
    names.map { directory + "/" + $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// What tells this data set from others. The checksum takes some 30 ms for MNIST.
  package func makeDescription() -> DataDescription {
    DataDescription(images: count, rows: rows, columns: columns, sha256: SHA256.of(pixels))
  }

  /// Their number and size, without the checksum, which takes time.
  package var dimensions: DataDescription {
    DataDescription(images: count, rows: rows, columns: columns, sha256: "")
  }

  /// Writes the images numbered `indices` as rows of `target`, pixels in [-1, 1]: p / 127.5 − 1.
  ///
  /// - Parameter target: [indices.count, rows · columns].
  /// - Precondition: the shape fits and there are such images.
  func copyBatch(_ indices: ArraySlice<Int>, into target: Matrix) {
    precondition(
      target.shape == Matrix.Shape(indices.count, pixelsPerImage),
      "\(indices.count) images of \(pixelsPerImage) pixels into \(target.shape)")
    pixels.withUnsafeBufferPointer { pixels in
      for (row, index) in indices.enumerated() {
        let source = pixels[(index * pixelsPerImage)..<((index + 1) * pixelsPerImage)]
        let values = target.start + row * target.stride
        let bytes = source.base.baseAddress! + source.startIndex
        for i in 0..<pixelsPerImage { values[i] = Float(bytes[i]) * (1 / 127.5) - 1 }
      }
    }
  }

  /// The images numbered `range`, [range.count, rows · columns], pixels in [-1, 1].
  ///
  /// - Precondition: there are such images.
  package func images(_ range: Range<Int>) -> Matrix {
    let batch = Matrix(rows: range.count, columns: pixelsPerImage)
    copyBatch(Array(range)[...], into: batch)
    return batch
  }

  /// The inverse of ``copyBatch(_:into:)`` for one pixel: −1 … 1 to 0 … 255, to the nearest; 0 for
  /// NaN, which a diverged generator makes.
  static func byte(ofPixel value: Float) -> UInt8 {
    value.isNaN ? 0 : UInt8(min(max((value + 1) * 127.5, 0), 255).rounded())
  }
}

extension ImageDataset: CustomStringConvertible {
  /// Such as "60000 images of 28 × 28".
  public var description: String { "\(count) images of \(rows) × \(columns)" }
}
