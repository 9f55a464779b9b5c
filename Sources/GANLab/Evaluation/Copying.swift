/// The training examples' features, to which others are compared in search of copies.
package struct TrainingNeighbors {
  private let points: PointSet

  /// - Parameter features: [n, d], kept and not copied.
  package init(_ features: Matrix) { points = PointSet(features) }

  /// The distance of each example to the nearest training example; infinite if there is none.
  ///
  /// - Parameter features: [m, d].
  package func distances(of features: Matrix, threads: Int) -> [Double] {
    NearestNeighbors.squaredDistances(
      from: PointSet(features), to: points, count: 1, workers: Workers(count: threads)
    ).map { $0.squareRoot() }
  }
}

/// Whether a generator copies its training examples: the test of Meehan et al. 2020, with all of
/// the feature space as one cell.
package enum Copying {
  /// Whether generated examples lie nearer to the training examples than test examples do, as the z
  /// of a Mann–Whitney test: about N(0, 1) if they lie alike, far below zero for copies, above for
  /// a generator that misses the data.
  ///
  /// z = (U − nm / 2) / √(nm(n + m + 1) / 12), where U is the number of pairs in which the
  /// generated example is the farther, a tie counting one half. Not a number if a distance is not a
  /// number, or where there are none.
  ///
  /// - Parameter generated: distances to the nearest training example, n of them.
  /// - Parameter test: those of test examples, m of them.
  package static func score(generated: [Double], test: [Double]) -> Double {
    if generated.isEmpty || test.isEmpty { return .nan }
    if (generated + test).contains(where: \.isNaN) { return .nan }
    let (n, m) = (Double(generated.count), Double(test.count))
    let sorted = test.sorted()
    // Twice U, a whole number: the test distances below and those not above.
    var (below, notAbove, twice) = (0, 0, 0)
    for distance in generated.sorted() {
      while below < sorted.count, sorted[below] < distance { below += 1 }
      while notAbove < sorted.count, sorted[notAbove] <= distance { notAbove += 1 }
      twice += below + notAbove
    }
    return (Double(twice) / 2 - n * m / 2) / (n * m * (n + m + 1) / 12).squareRoot()
  }
}
