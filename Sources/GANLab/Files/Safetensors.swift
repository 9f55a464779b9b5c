import Foundation

/// Named arrays of floats in one file, in the safetensors format
/// (https://huggingface.co/docs/safetensors): the length of a header in 8 bytes, the header in
/// JSON, then the arrays' bytes without holes, everything little-endian.
///
/// Among the header's metadata is the SHA-256 checksum of the whole file, taken with zeros in the
/// checksum's own place, so that no damage goes unseen.
struct Safetensors {
  /// An array to be written, or to be read.
  ///
  /// Its values are asked for one array at a time, so that copies of all need not be there at once.
  struct Tensor {
    let name: String
    let shape: [Int]
    /// As many elements as the shape has, without gaps between rows.
    let values: () -> Matrix
    /// Takes what was read; what ``values`` gave was filled with it.
    var take: (Matrix) -> Void = { _ in }

    var byteCount: Int { shape.reduce(4, *) }

    func withBytes<Failure>(
      _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
      let values = values()
      precondition(
        values.isContiguous && 4 * values.rows * values.columns == byteCount,
        "\(name): \(values.shape) for \(shape)")
      try withExtendedLifetime(values) { () throws(Failure) in
        try body(UnsafeRawBufferPointer(start: values.start, count: byteCount))
      }
    }
  }

  private static let checksumKey = "sha256"
  private static let noChecksum = String(repeating: "0", count: 64)

  // MARK: Writing

  /// - Throws: ``StorageError``.
  static func write(
    _ tensors: [Tensor], metadata: [String: String], to path: String
  ) throws(StorageError) {
    var entries = [String: Entry]()
    var offset = 0
    for tensor in tensors {
      entries[tensor.name] = Entry(
        dtype: "F32", shape: tensor.shape, dataOffsets: [offset, offset + tensor.byteCount])
      offset += tensor.byteCount
    }
    var metadata = metadata
    metadata[checksumKey] = noChecksum
    guard
      var header = try? JSON.compact(
        Header(metadata: metadata, entries: entries), keys: .verbatim)
    else {
      throw StorageError("\(path): metadata that JSON cannot hold.")
    }
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

    let sum = SHA256()
    let start = lengthBytes(header.count) + header
    start.withUnsafeBytes { sum.update($0) }
    for tensor in tensors { tensor.withBytes { sum.update($0) } }
    guard let place = checksumPlace(in: header[...]) else {
      throw StorageError("\(path): metadata without a checksum.")
    }
    header.replaceSubrange(place, with: sum.finish().utf8)

    try AtomicFile.write(to: path) { (file) throws(StorageError) in
      try file.write(lengthBytes(header.count) + header)
      for tensor in tensors {
        try tensor.withBytes { (bytes) throws(StorageError) in try file.write(bytes) }
      }
    }
  }

  private static func lengthBytes(_ length: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(length).littleEndian, Array.init)
  }

  // MARK: Reading

  let path: String
  let metadata: [String: String]
  private let entries: [String: Entry]
  private let file: [UInt8]
  private let dataStart: Int

  /// The names of its arrays, in order.
  var names: [String] { entries.keys.sorted() }

  /// Reads and checks a file that ``write(_:metadata:to:)`` wrote.
  ///
  /// - Parameter isOurs: whether it must have a checksum, which other programs do not write.
  /// - Throws: ``StorageError`` that says what was expected and found.
  init(path: String, isOurs: Bool = true) throws(StorageError) {
    func damaged(_ what: String) -> StorageError { StorageError("\(path): \(what)") }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw StorageError(path, .cannotBeRead)
    }
    let file = [UInt8](data)
    guard file.count >= 8 else {
      throw damaged("\(file.count) bytes, expected at least 8. The file is cut short.")
    }
    let length = file[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard file.count < 9 || file[8] == UInt8(ascii: "{") else {
      throw damaged(
        "not a safetensors file" + (isOurs ? ", expected one of gan-train's checkpoints." : "."))
    }
    guard length <= 100_000_000 else {
      throw damaged("a header of \(length) bytes, expected at most 100000000. The file is damaged.")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= file.count else {
      throw damaged(
        "a header of \(length) bytes, found \(file.count - 8). The file is cut short.")
    }
    guard
      let header = try? JSON.decode(
        Header.self, from: Array(file[8..<dataStart]), keys: .verbatim)
    else {
      throw damaged("the header is damaged, expected JSON as the safetensors format has it.")
    }
    var end = 0
    for (name, entry) in header.entries.sorted(by: { $0.value.start < $1.value.start }) {
      guard entry.dtype == "F32" else {
        throw damaged("array \(name) has numbers of type \(entry.dtype), expected F32.")
      }
      guard entry.start == end, entry.byteCount == entry.end - end else {
        throw damaged("array \(name) is not where it should be. The file is damaged.")
      }
      end = entry.end
    }
    guard file.count - dataStart == end else {
      throw damaged(
        "\(file.count) bytes, expected \(dataStart + end). "
          + (file.count < dataStart + end ? "The file is cut short." : "The file is damaged."))
    }
    if isOurs || Self.checksumPlace(in: file[8..<dataStart]) != nil {
      try Self.verifyChecksum(file, headerEnd: dataStart, path)
    }
    self.path = path
    metadata = header.metadata
    entries = header.entries
    self.file = file
    self.dataStart = dataStart
  }

  private static func verifyChecksum(
    _ file: [UInt8], headerEnd: Int, _ path: String
  ) throws(StorageError) {
    guard let place = checksumPlace(in: file[8..<headerEnd]) else {
      throw StorageError("\(path): no checksum, expected a checkpoint of gan-train.")
    }
    let sum = SHA256()
    file.withUnsafeBytes { bytes in
      sum.update(UnsafeRawBufferPointer(rebasing: bytes[..<place.lowerBound]))
      Array(noChecksum.utf8).withUnsafeBytes { sum.update($0) }
      sum.update(UnsafeRawBufferPointer(rebasing: bytes[place.upperBound...]))
    }
    let (found, expected) = (sum.finish(), String(decoding: file[place], as: UTF8.self))
    guard found == expected else {
      throw StorageError(
        "\(path): checksum \(found.prefix(8))…, expected \(expected.prefix(8))…. The file is damaged."
      )
    }
  }

  /// Where the header has the 64 digits of the checksum.
  private static func checksumPlace(in header: ArraySlice<UInt8>) -> Range<Int>? {
    guard let key = header.firstRange(of: Array("\"\(checksumKey)\":\"".utf8)),
      key.upperBound + noChecksum.count <= header.endIndex
    else { return nil }
    return key.upperBound..<key.upperBound + noChecksum.count
  }

  /// Fills `tensors` from the file's arrays of these names.
  ///
  /// - Throws: ``StorageError`` where one is not there or has another shape.
  func fill(_ tensors: [Tensor]) throws(StorageError) {
    for tensor in tensors {
      guard let entry = entries[tensor.name] else {
        throw StorageError(
          "\(path): no array \(tensor.name), expected one of shape \(tensor.shape).")
      }
      guard entry.shape == tensor.shape else {
        throw StorageError(
          "\(path): array \(tensor.name) has shape \(entry.shape), expected \(tensor.shape).")
      }
      let values = tensor.values()
      file.withUnsafeBytes { bytes in
        let source = bytes[(dataStart + entry.start)..<(dataStart + entry.end)]
        UnsafeMutableRawPointer(values.start).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source).baseAddress!, byteCount: source.count)
      }
      tensor.take(values)
    }
  }

  // MARK: The header

  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    var start: Int { dataOffsets[0] }
    var end: Int { dataOffsets[1] }
    /// −1 where the shape is absurd.
    var byteCount: Int {
      shape.reduce(4) { count, size in
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        return size > 0 && count > 0 && !overflow ? product : -1
      }
    }

    init(dtype: String, shape: [Int], dataOffsets: [Int]) {
      (self.dtype, self.shape, self.dataOffsets) = (dtype, shape, dataOffsets)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      dtype = try container.decode(String.self, forKey: Key("dtype"))
      shape = try container.decode([Int].self, forKey: Key("shape"))
      dataOffsets = try container.decode([Int].self, forKey: Key("data_offsets"))
      guard dataOffsets.count == 2 else {
        throw DecodingError.dataCorruptedError(
          forKey: Key("data_offsets"), in: container, debugDescription: "not two offsets")
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(dtype, forKey: Key("dtype"))
      try container.encode(shape, forKey: Key("shape"))
      try container.encode(dataOffsets, forKey: Key("data_offsets"))
    }
  }

  private struct Header: Codable {
    let metadata: [String: String]
    let entries: [String: Entry]

    private static let metadataKey = Key("__metadata__")

    init(metadata: [String: String], entries: [String: Entry]) {
      (self.metadata, self.entries) = (metadata, entries)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      metadata =
        try container.decodeIfPresent([String: String].self, forKey: Self.metadataKey) ?? [:]
      var entries = [String: Entry]()
      for key in container.allKeys where key.stringValue != Self.metadataKey.stringValue {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
      self.entries = entries
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(metadata, forKey: Self.metadataKey)
      for (name, entry) in entries { try container.encode(entry, forKey: Key(name)) }
    }
  }

  /// Any name.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
