extension Collection where Element: BinaryFloatingPoint {
  /// The middle one in order of size, or the mean of the middle two; nil of nothing.
  package var median: Element? {
    if isEmpty { return nil }
    let ordered = sorted()
    let middle = ordered.count / 2
    return ordered.count % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2
  }
}
