import Foundation

/// Zero-filled, 64-byte-aligned memory for `count` floats.
///
/// A network keeps all its parameters in one such block, so that gradients and Adam's moments
/// can share its layout and an optimiser is one loop.
package final class FloatStorage {
  package let count: Int
  let start: UnsafeMutablePointer<Float>

  /// Where a large block is mapped, with room to begin at a huge page.
  private let mapping: UnsafeMutableRawBufferPointer?

  private static let hugePage = 2 << 20

  package init(count: Int) {
    self.count = count
    let size = max(count, 1) * MemoryLayout<Float>.stride
    if let mapping = Self.map(size) {
      self.mapping = mapping
      let start = Int(bitPattern: mapping.baseAddress)
      let aligned = (start + Self.hugePage - 1) / Self.hugePage * Self.hugePage
      self.start = (mapping.baseAddress! + (aligned - start))
        .bindMemory(to: Float.self, capacity: count)
      #if os(Linux)
        // Fewer page walks: a step takes 0.99 of its time.
        madvise(self.start, mapping.count - Self.hugePage, MADV_HUGEPAGE)
      #endif
    } else {
      mapping = nil
      start = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
      start.initialize(repeating: 0, count: count)
    }
  }

  /// Maps zeros for a large block, whole huge pages and one more: given back as a whole, it goes back to
  /// the system at once. Nil for a small one, or where nothing can be mapped.
  private static func map(_ size: Int) -> UnsafeMutableRawBufferPointer? {
    if size < hugePage { return nil }
    let whole = (size + hugePage - 1) / hugePage * hugePage + hugePage
    let address = mmap(nil, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if address == MAP_FAILED { return nil }
    return UnsafeMutableRawBufferPointer(start: address, count: whole)
  }

  deinit {
    if let mapping { munmap(mapping.baseAddress, mapping.count) } else { start.deallocate() }
  }
}

/// A row-major matrix of `Float`: a view of memory that a ``FloatStorage`` owns.
///
/// Copying a `Matrix` copies the view, not the elements. Element (r, c) lies at
/// `start[r * stride + c]`.
public struct Matrix {
  package let rows: Int
  package let columns: Int
  /// The distance in elements from one row to the next.
  let stride: Int
  let start: UnsafeMutablePointer<Float>
  private let storage: FloatStorage

  /// A new matrix of zeros, [rows, columns].
  package init(rows: Int, columns: Int) {
    self.init(storage: FloatStorage(count: rows * columns), offset: 0, rows: rows, columns: columns)
  }

  /// New matrices of zeros, [rows, columns] each, in one storage.
  static func inOneStorage(_ shapes: [(rows: Int, columns: Int)]) -> [Matrix] {
    // Each begins at a cache line.
    func size(_ shape: (rows: Int, columns: Int)) -> Int {
      (shape.rows * shape.columns + 15) / 16 * 16
    }
    let storage = FloatStorage(count: shapes.reduce(0) { $0 + size($1) })
    var offset = 0
    return shapes.map { shape in
      defer { offset += size(shape) }
      return Matrix(storage: storage, offset: offset, rows: shape.rows, columns: shape.columns)
    }
  }

  /// The `rows × columns` elements of `storage` from `offset` on.
  init(storage: FloatStorage, offset: Int, rows: Int, columns: Int) {
    precondition(
      offset + rows * columns <= storage.count,
      "a [\(rows), \(columns)] matrix at \(offset) in \(storage.count) elements")
    self.init(
      rows: rows, columns: columns, stride: columns, start: storage.start + offset, storage: storage
    )
  }

  private init(
    rows: Int, columns: Int, stride: Int, start: UnsafeMutablePointer<Float>, storage: FloatStorage
  ) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.start = start
    self.storage = storage
  }

  /// The rows in `range`, [range.count, columns], sharing this matrix's elements.
  package func rows(_ range: Range<Int>) -> Matrix {
    precondition(0 <= range.lowerBound && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      rows: range.count, columns: columns, stride: stride,
      start: start + range.lowerBound * stride, storage: storage)
  }

  /// The columns in `range`, [rows, range.count], sharing this matrix's elements.
  package func columns(_ range: Range<Int>) -> Matrix {
    precondition(
      0 <= range.lowerBound && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Matrix(
      rows: rows, columns: range.count, stride: stride,
      start: start + range.lowerBound, storage: storage)
  }

  /// The first elements as another matrix, [rows, columns], without gaps.
  func reshaped(rows: Int, columns: Int) -> Matrix {
    precondition(
      isContiguous && rows * columns <= self.rows * self.columns,
      "[\(rows), \(columns)] out of \(shape)")
    return Matrix(rows: rows, columns: columns, stride: columns, start: start, storage: storage)
  }

  package subscript(row: Int, column: Int) -> Float {
    get {
      precondition(contains(row, column), "element (\(row), \(column)) of \(shape)")
      return start[row * stride + column]
    }
    nonmutating set {
      precondition(contains(row, column), "element (\(row), \(column)) of \(shape)")
      start[row * stride + column] = newValue
    }
  }

  /// The elements of `row`.
  func row(_ row: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start + row * stride, count: columns)
  }

  /// Fills the matrix with N(0, scale²), each row with the stream's of the same number.
  package func fillNormal(_ stream: RandomStream, scale: Float = 1) {
    for index in 0..<rows {
      stream.fillNormal(row(index), row: index)
      if scale != 1 { for column in 0..<columns { row(index)[column] *= scale } }
    }
  }

  /// Takes the elements of `other`, which has the same shape.
  package func copy(from other: Matrix) {
    precondition(shape == other.shape, "\(other.shape) into \(shape)")
    if start == other.start { return }
    for index in 0..<rows { _ = row(index).update(fromContentsOf: other.row(index)) }
  }

  /// Whether no element is infinite or not a number.
  var isFinite: Bool { (0..<rows).allSatisfy { row($0).allSatisfy(\.isFinite) } }

  /// Whether its elements lie without gaps.
  var isContiguous: Bool { stride == columns || rows <= 1 }

  var shape: Shape { Shape(rows, columns) }

  /// A pair of numbers, compared in every step: an array for it would be an allocation.
  struct Shape: Equatable, CustomStringConvertible {
    let rows: Int
    let columns: Int

    init(_ rows: Int, _ columns: Int) {
      self.rows = rows
      self.columns = columns
    }

    var description: String { "[\(rows), \(columns)]" }
  }

  private func contains(_ row: Int, _ column: Int) -> Bool {
    0 <= row && row < rows && 0 <= column && column < columns
  }
}
