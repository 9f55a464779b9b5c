/// The images of one training step: some of a data set's, in the order of an epoch.
public struct ImageBatch {
  let dataset: ImageDataset
  /// The images' numbers in the data set.
  let indices: ArraySlice<Int>

  var count: Int { indices.count }

  /// Writes the batch's images `rows` into `target`, [rows.count, pixels], pixels in [-1, 1].
  func copy(_ rows: Range<Int>, into target: Matrix) {
    let first = indices.startIndex
    dataset.copyBatch(
      indices[(first + rows.lowerBound)..<(first + rows.upperBound)], into: target)
  }

  /// The label of the batch's image `row`.
  ///
  /// - Precondition: the data set has labels.
  func label(_ row: Int) -> Int { Int(dataset.labels![indices[indices.startIndex + row]]) }
}
