/// A row-major matrix of `Double`, for what float is too coarse for.
///
/// A view like ``Matrix``: copying it copies no elements. Element (r, c) lies at
/// `start[r * stride + c]`.
struct DoubleMatrix {
  let rows: Int
  let columns: Int
  /// The distance in elements from one row to the next.
  let stride: Int
  let start: UnsafeMutablePointer<Double>
  private let storage: Storage

  private final class Storage {
    let start: UnsafeMutablePointer<Double>

    init(count: Int) {
      start = .allocate(capacity: max(count, 1))
      start.initialize(repeating: 0, count: count)
    }

    deinit { start.deallocate() }
  }

  /// A new matrix of zeros, [rows, columns].
  init(rows: Int, columns: Int) {
    let storage = Storage(count: rows * columns)
    self.init(
      rows: rows, columns: columns, stride: columns, start: storage.start, storage: storage)
  }

  private init(
    rows: Int, columns: Int, stride: Int, start: UnsafeMutablePointer<Double>, storage: Storage
  ) {
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.start = start
    self.storage = storage
  }

  /// The rows in `range`, [range.count, columns], sharing this matrix's elements.
  func rows(_ range: Range<Int>) -> DoubleMatrix {
    precondition(0 <= range.lowerBound && range.upperBound <= rows, "rows \(range) of \(rows)")
    return DoubleMatrix(
      rows: range.count, columns: columns, stride: stride,
      start: start + range.lowerBound * stride, storage: storage)
  }

  /// The columns in `range`, [rows, range.count], sharing this matrix's elements.
  func columns(_ range: Range<Int>) -> DoubleMatrix {
    precondition(
      0 <= range.lowerBound && range.upperBound <= columns, "columns \(range) of \(columns)")
    return DoubleMatrix(
      rows: rows, columns: range.count, stride: stride, start: start + range.lowerBound,
      storage: storage)
  }

  /// The elements of `row`.
  func row(_ row: Int) -> UnsafeMutableBufferPointer<Double> {
    UnsafeMutableBufferPointer(start: start + row * stride, count: columns)
  }

  /// Takes the elements of `other`, which has the same shape.
  func copy(from other: Matrix) {
    precondition(
      other.shape == Matrix.Shape(rows, columns), "\(other.shape) into [\(rows), \(columns)]")
    for index in 0..<rows {
      let (target, source) = (row(index), other.row(index))
      for column in 0..<columns { target[column] = Double(source[column]) }
    }
  }

  /// The sum of the diagonal.
  var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + row($1)[$1] } }
}
