import Foundation
import TestSupport
import Testing

@testable import GANLab

struct ImageDatasetTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  private static let imagesName = "train-images-idx3-ubyte"
  private static let labelsName = "train-labels-idx1-ubyte"

  private func read() throws(DataSetError) -> ImageDataset {
    try ImageDataset(directory: directory.path)
  }

  // MARK: What is read

  @Test(arguments: ["-", "."], [false, true])
  func `MNIST's names are found, raw and compressed`(separator: String, compressed: Bool) throws {
    let images = IDXBytes.images(count: 5, rows: 3, columns: 4)
    let labels = IDXBytes.labels(count: 5)
    let ending = compressed ? ".gz" : ""
    try directory.write(
      compressed ? IDXBytes.gzip(images) : images, to: "train-images\(separator)idx3-ubyte\(ending)"
    )
    try directory.write(
      compressed ? IDXBytes.gzip(labels) : labels, to: "train-labels\(separator)idx1-ubyte\(ending)"
    )
    let dataset = try read()
    #expect((dataset.count, dataset.rows, dataset.columns) == (5, 3, 4))
    #expect(dataset.pixels == Array(images[16...]))
    #expect(dataset.labels == [0, 1, 2, 3, 4])
  }

  @Test func `compression is told by content, not by name`() throws {
    let images = IDXBytes.images(count: 5, rows: 3, columns: 4)
    try directory.write(images, to: Self.imagesName + ".gz")
    try directory.write(IDXBytes.gzip(IDXBytes.labels(count: 5)), to: Self.labelsName)
    #expect(try read().pixels == Array(images[16...]))
  }

  @Test func `a gzip file of several members is one file`() throws {
    let images = IDXBytes.images(count: 5, rows: 3, columns: 4)
    try directory.write(
      IDXBytes.gzip(Array(images[..<20])) + IDXBytes.gzip(Array(images[20...])),
      to: Self.imagesName + ".gz")
    #expect(try read().pixels == Array(images[16...]))
  }

  @Test func `labels may be missing`() throws {
    try directory.write(IDXBytes.images(count: 2, rows: 2, columns: 2), to: Self.imagesName)
    #expect(try read().labels == nil)
  }

  @Test func `pixels become -1 to 1`() throws {
    let dataset = ImageDataset(count: 2, rows: 1, columns: 3, pixels: [0, 255, 51, 102, 0, 255])
    let batch = Matrix(rows: 2, columns: 3)
    dataset.copyBatch([0, 1, 0][1...], into: batch)
    let expected: [Float] = [-0.2, -1, 1, -1, 1, -0.6]
    for (value, expected) in zip(batch.elements, expected) { #expect(abs(value - expected) < 1e-6) }
  }

  @Test func `pixels go back to bytes, whatever a generator makes`() {
    for byte in UInt8.min...UInt8.max {
      #expect(ImageDataset.byte(ofPixel: Float(byte) / 127.5 - 1) == byte)
    }
    let values: [Float] = [-.infinity, -7, 7, .infinity, .nan]
    #expect(values.map(ImageDataset.byte(ofPixel:)) == [0, 0, 255, 255, 0])
  }

  @Test func `the real MNIST is read whole`() throws {
    let named = ProcessInfo.processInfo.environment["MNIST_DIR"]
    let checkout = #filePath.components(separatedBy: "/Tests/")[0]
    let found = [named, checkout + "/data/mnist", checkout + "/../shared/data/mnist"]
      .compactMap { $0 }.first { ImageDataset.exist(in: $0) }
    guard let found else {
      print("skipped: the real MNIST is in none of MNIST_DIR, data/mnist")
      return
    }
    let dataset = try ImageDataset(directory: found)
    #expect((dataset.count, dataset.rows, dataset.columns) == (60_000, 28, 28))
    #expect(dataset.labels?.prefix(8) == [5, 0, 4, 1, 9, 2, 1, 3])
    // The mean grey that is usually quoted for the training images, 0.1307.
    let mean =
      Double(dataset.pixels.reduce(0) { $0 + Int($1) }) / Double(dataset.pixels.count) / 255
    #expect(abs(mean - 0.1307) < 0.0001)
    #expect(try ImageDataset(directory: found, split: .test).count == 10_000)
  }

  // MARK: What is refused

  /// Contents of the file of images, and what the message must say.
  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    let images: [UInt8]
    let message: [String]
  }

  private static let whole = IDXBytes.images(count: 5, rows: 28, columns: 28)
  private static let packed = IDXBytes.gzip(whole)

  private static func header(_ magic: UInt32, _ dimensions: UInt32...) -> [UInt8] {
    IDXBytes.file(magic: magic, dimensions: dimensions, elements: [])
  }

  static let refusals = [
    Refusal(
      testDescription: "a web page", images: Array("<!DOCTYPE html><html>404</html>".utf8),
      message: ["a web page", "expected magic 2051"]),
    Refusal(
      testDescription: "a web page that begins with a line break",
      images: Array("\n<html></html>".utf8), message: ["a web page"]),
    Refusal(
      testDescription: "a compressed web page", images: IDXBytes.gzip(Array("<html></html>".utf8)),
      message: ["a web page"]),
    Refusal(
      testDescription: "truncated gzip", images: Array(packed[..<(packed.count / 2)]),
      message: ["damaged gzip", "it ends early"]),
    Refusal(
      testDescription: "gzip without its last byte", images: packed.dropLast(),
      message: ["damaged gzip", "it ends early"]),
    Refusal(
      testDescription: "gzip with a wrong checksum",
      images: packed.dropLast(8) + [packed[packed.count - 8] ^ 1] + packed.suffix(7),
      message: ["damaged gzip", "incorrect data check"]),
    Refusal(
      testDescription: "gzip with damaged contents",
      images: Array(packed[..<20]) + [0xFF, 0xFF, 0xFF, 0xFF] + Array(packed[24...]),
      message: ["damaged gzip"]),
    Refusal(
      testDescription: "labels", images: IDXBytes.labels(count: 10),
      message: ["magic 2049 (IDX labels)", "expected 2051 (IDX images of unsigned bytes)"]),
    Refusal(
      testDescription: "floats", images: header(0x0D03, 1, 2, 2) + [UInt8](repeating: 0, count: 16),
      message: ["magic 3331 (IDX of 32-bit floats in 3 dimensions)"]),
    Refusal(
      testDescription: "something else", images: Array("PK\u{3}\u{4}....".utf8),
      message: ["(not an IDX file)", "expected 2051"]),
    Refusal(testDescription: "nothing", images: [], message: ["promises 16 bytes, found 0"]),
    Refusal(
      testDescription: "half a header", images: Array(whole[..<9]),
      message: ["promises 16 bytes, found 9"]),
    Refusal(
      testDescription: "too few bytes", images: whole.dropLast(),
      message: ["promises 3936 bytes, found 3935"]),
    Refusal(
      testDescription: "too few bytes, compressed", images: IDXBytes.gzip(whole.dropLast()),
      message: ["promises 3936 bytes, found 3935"]),
    Refusal(
      testDescription: "too many bytes", images: whole + [0],
      message: ["promises 3936 bytes, found more"]),
    Refusal(
      testDescription: "too many bytes, compressed", images: IDXBytes.gzip(whole + [0]),
      message: ["promises 3936 bytes, found more"]),
    Refusal(
      testDescription: "no images", images: header(2051, 0, 28, 28),
      message: ["holds no images", "expected at least one"]),
    Refusal(
      testDescription: "images without pixels", images: header(2051, 10, 0, 28),
      message: ["10 × 0 × 28", "expected 1 to 1024 rows and columns"]),
    Refusal(
      testDescription: "huge images", images: header(2051, 1, 28, 4_000_000_000),
      message: ["1 × 28 × 4000000000"]),
    Refusal(
      testDescription: "more images than a machine holds",
      images: header(2051, .max, 1024, 1024), message: ["4294967295 × 1024 × 1024", "at most"]),
    Refusal(
      testDescription: "more than the gzip can hold",
      images: IDXBytes.gzip(header(2051, 1_000_000, 28, 28)),
      message: ["promises 784000016 bytes, more than", "bytes of gzip can hold"]),
  ]

  @Test(arguments: refusals)
  func `a bad file is refused with a message of its own`(refusal: Refusal) throws {
    for name in [Self.imagesName, Self.imagesName + ".gz"] {
      let path = try directory.write(Array(refusal.images), to: name)
      let error = #expect(throws: DataSetError.self) { try read() }
      let text = try #require(error).description
      #expect(text.hasPrefix(path + ": "))
      #expect(!text.contains("--"), "the library knows no options")
      for part in refusal.message { #expect(text.contains(part), "in: \(text)") }
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func `labels for another number of images are refused`() throws {
    try directory.write(Self.whole, to: Self.imagesName)
    try directory.write(IDXBytes.labels(count: 6), to: Self.labelsName)
    let error = #expect(throws: DataSetError.self) { try read() }
    let text = try #require(error).description
    #expect(text.contains("\(Self.labelsName): 6 labels, expected 5"))
    #expect(text.contains(Self.imagesName))
  }

  @Test func `images where labels belong are refused`() throws {
    try directory.write(Self.whole, to: Self.imagesName)
    try directory.write(Self.whole, to: Self.labelsName)
    let error = #expect(throws: DataSetError.self) { try read() }
    #expect(try #require(error).description.contains("expected 2049 (IDX labels"))
  }

  @Test func `a missing or unsuitable path is named`() throws {
    let missing = directory.path + "/nowhere"
    #expect(throws: DataSetError.noDirectory(missing)) { try ImageDataset(directory: missing) }
    let file = try directory.write([1], to: "file")
    #expect(throws: DataSetError.notADirectory(file)) { try ImageDataset(directory: file) }
    let error = #expect(throws: DataSetError.self) { try read() }
    let text = try #require(error).description
    #expect(text.contains(directory.path) && text.contains("train-images.idx3-ubyte.gz"))
    try directory.makeDirectory(Self.imagesName)
    let notAFile = #expect(throws: DataSetError.self) { try read() }
    #expect(try #require(notAFile).description.contains("not a file"))
  }
}
