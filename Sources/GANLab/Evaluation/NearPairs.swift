/// Goes through the pairs of points of two sets that lie near each other, and passes over the
/// others by float products, a tile at a time.
///
/// A pair (x, y) is near if ‖x − y‖² − radius²(y) < limit(x). No near pair is left out, and a few
/// others are visited: what is visited is measured in double precision, so float decides nothing.
struct NearPairs {
  private let rows: PointSet
  private let columns: PointSet
  /// What of the bound belongs to a column, (‖y‖² − error) − radius²(y), rounded down; infinite in
  /// columns that are near to nothing, and in those that fill up the last block.
  private let columnTerms: [Float]
  private let hasRadii: Bool

  private static let tileRows = 256
  private static let tileColumns = 1024
  /// Columns that are passed over together.
  private static let block = 64

  /// - Parameter rows: [n, d].
  /// - Parameter columns: [m, d].
  /// - Parameter squaredRadii: radius² of the columns' points; zero for all if not given. A point
  ///   with a given radius of zero is left out: nothing is strictly within it.
  init(_ rows: PointSet, _ columns: PointSet, squaredRadii: [Double]? = nil) {
    precondition(
      rows.dimension == columns.dimension,
      "points of dimension \(rows.dimension) and \(columns.dimension)")
    let error = columns.relativeError
    var terms = columns.squaredLengths.enumerated().map { column, length in
      let radius = squaredRadii?[column] ?? 0
      if squaredRadii != nil, radius == 0 { return Float.infinity }
      return Float(length * (1 - error) - radius * (1 + 0x1p-20)).nextDown
    }
    let blocks = (columns.count + Self.block - 1) / Self.block
    let missing = blocks * Self.block - columns.count
    terms.append(contentsOf: repeatElement(.infinity, count: missing))
    self.rows = rows
    self.columns = columns
    hasRadii = squaredRadii != nil
    columnTerms = terms
  }

  /// Calls `visit` for each near pair of a row in `range`, with the squared distance in double
  /// precision, and may call it for others.
  ///
  /// - Parameter limit: of a row; asked again after each visit, and may have become smaller.
  func forEach(
    rows range: Range<Int>, limit: (_ row: Int) -> Double,
    visit: (_ row: Int, _ column: Int, _ squaredDistance: Double) -> Void
  ) {
    let tile = Matrix(rows: Self.tileRows, columns: Self.tileColumns)
    for firstRow in stride(from: range.lowerBound, to: range.upperBound, by: Self.tileRows) {
      let tileRange = firstRow..<min(firstRow + Self.tileRows, range.upperBound)
      for firstColumn in stride(from: 0, to: columns.count, by: Self.tileColumns) {
        let width = min(Self.tileColumns, columns.count - firstColumn)
        BLAS.multiply(
          rows.points.rows(tileRange), columns.points.rows(firstColumn..<firstColumn + width),
          transposingB: true, into: tile.rows(0..<tileRange.count).columns(0..<width))
        for row in tileRange {
          scan(
            row, tile.start + (row - firstRow) * tile.stride, firstColumn, width, limit, visit)
        }
      }
    }
  }

  /// Visits the near pairs of one row and the columns of one tile.
  private func scan(
    _ row: Int, _ products: UnsafePointer<Float>, _ firstColumn: Int, _ width: Int,
    _ limit: (Int) -> Double, _ visit: (Int, Int, Double) -> Void
  ) {
    columnTerms.withUnsafeBufferPointer { allTerms in
      let terms = allTerms.baseAddress! + firstColumn
      var threshold = rowThreshold(row, limit(row))
      for start in stride(from: 0, to: width, by: Self.block) {
        guard leastBound(terms + start, products + start) < threshold else { continue }
        for column in start..<min(start + Self.block, width)
        where terms[column] - 2 * products[column] < threshold {
          let other = firstColumn + column
          visit(row, other, rows.squaredDistance(row, to: columns, other))
          threshold = rowThreshold(row, limit(row))
        }
      }
    }
  }

  /// What the rest of the bound is compared with: limit − (‖x‖² − error), rounded up.
  private func rowThreshold(_ row: Int, _ limit: Double) -> Float {
    // Nothing is nearer than nothing.
    if !hasRadii, limit == 0 { return -.infinity }
    return Float(limit - rows.squaredLengths[row] * (1 - rows.relativeError)).nextUp
  }

  /// The least of terms − 2 · products in a block.
  private func leastBound(_ terms: UnsafePointer<Float>, _ products: UnsafePointer<Float>) -> Float
  {
    var least = SIMD16<Float>(repeating: .infinity)
    for start in stride(from: 0, to: Self.block, by: 16) {
      let term = UnsafeRawPointer(terms + start).loadUnaligned(as: SIMD16<Float>.self)
      let product = UnsafeRawPointer(products + start).loadUnaligned(as: SIMD16<Float>.self)
      let bound = term - 2 * product
      least = least.replacing(with: bound, where: bound .< least)
    }
    var eight = least.lowHalf
    eight = eight.replacing(with: least.highHalf, where: least.highHalf .< eight)
    var four = eight.lowHalf
    four = four.replacing(with: eight.highHalf, where: eight.highHalf .< four)
    return Swift.min(Swift.min(four[0], four[1]), Swift.min(four[2], four[3]))
  }
}
