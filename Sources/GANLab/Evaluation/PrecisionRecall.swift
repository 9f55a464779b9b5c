/// Points with the distances to their nearest neighbours in the same set: the radii of the balls
/// whose union stands for the set's manifold (Kynkäänniemi et al. 2019).
package struct Neighborhoods {
  let points: PointSet
  /// How many neighbours of each point are known.
  package let neighbors: Int
  /// Squared distances to the nearest neighbours other than the point itself, by index:
  /// [points, neighbors], the smallest first.
  private let squaredDistances: [Double]

  /// Nil for fewer than `neighbors` + 1 points.
  ///
  /// - Parameter features: [n, d], kept and not copied.
  /// - Parameter neighbors: the largest k that will be asked for.
  package init?(_ features: Matrix, neighbors: Int = 5, threads: Int) {
    precondition(neighbors > 0, "\(neighbors) neighbours")
    if features.rows <= neighbors { return nil }
    points = PointSet(features)
    self.neighbors = neighbors
    squaredDistances = NearestNeighbors.squaredDistances(
      from: points, to: points, count: neighbors, toThemselves: true,
      workers: Workers(count: threads))
  }

  /// The squared distance of each point to its k-th nearest neighbour.
  func squaredRadii(k: Int) -> [Double] {
    precondition(1 <= k && k <= neighbors, "neighbour \(k) of \(neighbors)")
    return (0..<points.count).map { squaredDistances[$0 * neighbors + k - 1] }
  }
}

/// How far two sets of points, real and generated, cover each other; each figure but the density is
/// in [0, 1].
///
/// A point is in another's ball if it is strictly nearer than the ball's radius, the distance from
/// its centre to the k-th nearest neighbour in the centre's own set.
package struct PrecisionRecall: Sendable, Equatable {
  /// The share of the generated points that are in a real point's ball (Kynkäänniemi et al. 2019).
  package let precision: Double
  /// The share of the real points that are in a generated point's ball.
  package let recall: Double
  /// The number of real points' balls that a generated point is in, on average, over k: about 1 if
  /// both sets are drawn alike, and not bounded by it (Naeem et al. 2020).
  package let density: Double
  /// The share of the real points with a generated point in their ball (Naeem et al. 2020).
  package let coverage: Double

  /// - Parameter k: of precision and recall; 3 in the paper.
  /// - Parameter densityK: of density and coverage; 5 in the paper.
  /// - Precondition: `real` knows as many neighbours as both ask for, `generated` as many as `k`;
  ///   the points have one dimension.
  package init(
    real: Neighborhoods, generated: Neighborhoods, k: Int = 3, densityK: Int = 5, threads: Int
  ) {
    BLAS.useCallingThreadOnly()
    let workers = Workers(count: threads)
    let (n, m) = (real.points.count, generated.points.count)
    let (radii, densityRadii) = (real.squaredRadii(k: k), real.squaredRadii(k: densityK))
    let balls = NearPairs(
      generated.points, real.points, squaredRadii: k > densityK ? radii : densityRadii)
    var isPrecise = [Bool](repeating: false, count: m)
    var ballsAround = [Int](repeating: 0, count: m)
    // By worker, as each finds some of them.
    var isCovered = [Bool](repeating: false, count: threads * n)
    isPrecise.withUnsafeMutableBufferPointer { isPrecise in
      ballsAround.withUnsafeMutableBufferPointer { ballsAround in
        isCovered.withUnsafeMutableBufferPointer { isCovered in
          workers.run { worker in
            balls.forEach(rows: worker.range(of: m)) { _ in
              0
            } visit: { row, column, distance in
              if distance < radii[column] { isPrecise[row] = true }
              if distance < densityRadii[column] {
                ballsAround[row] += 1
                isCovered[worker.index * n + column] = true
              }
            }
          }
        }
      }
    }
    precision = Self.share(isPrecise)
    density = Double(ballsAround.reduce(0, +)) / Double(densityK * m)
    coverage = Self.share(
      (0..<n).map { real in (0..<threads).contains { isCovered[$0 * n + real] } })
    recall = Self.share(Self.isInBall(real.points, of: generated, k: k, workers))
  }

  /// For each point whether it is in a ball.
  private static func isInBall(
    _ points: PointSet, of centres: Neighborhoods, k: Int, _ workers: Workers
  ) -> [Bool] {
    let radii = centres.squaredRadii(k: k)
    let balls = NearPairs(points, centres.points, squaredRadii: radii)
    var isInside = [Bool](repeating: false, count: points.count)
    isInside.withUnsafeMutableBufferPointer { isInside in
      workers.run { worker in
        balls.forEach(rows: worker.range(of: points.count)) { row in
          // A row that is found has all it needs.
          isInside[row] ? -.infinity : 0
        } visit: { row, column, distance in
          if distance < radii[column] { isInside[row] = true }
        }
      }
    }
    return isInside
  }

  private static func share(_ holds: [Bool]) -> Double {
    Double(holds.count { $0 }) / Double(holds.count)
  }
}
