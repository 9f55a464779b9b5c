/// Searches for the nearest points of a set by comparing with all of them.
enum NearestNeighbors {
  /// The squared distances of points to the nearest ones of a set, in double precision:
  /// [points, count], the smallest first, infinite where the set has too few.
  ///
  /// - Parameter count: at least 1.
  /// - Parameter toThemselves: whether the points are the set's own, so that the one of the same
  ///   index does not count. Others at the same place do.
  static func squaredDistances(
    from points: PointSet, to set: PointSet, count: Int, toThemselves: Bool = false,
    workers: Workers
  ) -> [Double] {
    BLAS.useCallingThreadOnly()
    let pairs = NearPairs(points, set)
    var nearest = [Double](repeating: .infinity, count: points.count * count)
    nearest.withUnsafeMutableBufferPointer { nearest in
      workers.run { worker in
        pairs.forEach(rows: worker.range(of: points.count)) { row in
          nearest[(row + 1) * count - 1]
        } visit: { row, column, distance in
          if toThemselves && row == column { return }
          let own = nearest[row * count..<(row + 1) * count]
          insert(distance, into: UnsafeMutableBufferPointer(rebasing: own))
        }
      }
    }
    return nearest
  }

  /// Puts a distance in its place, if it is smaller than the last, which is lost.
  private static func insert(_ distance: Double, into nearest: UnsafeMutableBufferPointer<Double>) {
    var place = nearest.count - 1
    guard distance < nearest[place] else { return }
    while place > 0, distance < nearest[place - 1] {
      nearest[place] = nearest[place - 1]
      place -= 1
    }
    nearest[place] = distance
  }
}
