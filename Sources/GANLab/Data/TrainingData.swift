/// The images of a data set to train on, and those to test on where the kind of training has a test.
public struct TrainingData: Sendable {
  public let train: ImageDataset
  /// As the training images: of their size, with labels of their classes.
  public let test: ImageDataset?

  /// Images without a test.
  public init(_ train: ImageDataset) {
    self.train = train
    test = nil
  }

  /// Images made in memory, with a test.
  init(_ train: ImageDataset, test: ImageDataset) {
    self.train = train
    self.test = test
  }

  /// Reads the data set in `directory`.
  ///
  /// - Parameter isLabelled: whether labels and a test are wanted.
  /// - Throws: ``DataSetError``, also where something wanted is not there.
  public init(directory: String, isLabelled: Bool) throws(DataSetError) {
    train = try ImageDataset(directory: directory)
    guard isLabelled else {
      test = nil
      return
    }
    let test = try ImageDataset(directory: directory, split: .test)
    for (split, dataset) in [(ImageDataset.Split.train, train), (.test, test)]
    where dataset.labels == nil {
      throw .noLabels(
        directory: directory, candidates: ImageDataset.fileNames(split, .labels))
    }
    guard (test.rows, test.columns) == (train.rows, train.columns) else {
      throw .otherSize(
        directory: directory, train: [train.rows, train.columns], test: [test.rows, test.columns])
    }
    if let classes = train.classes, let found = test.classes, found > classes {
      throw .unknownLabel(directory: directory, label: found - 1, classes: classes)
    }
    self.test = test
  }

  /// What tells this data set from others.
  package func makeDescription() -> DataDescription {
    var description = train.makeDescription()
    if let test, let labels = train.labels, let testLabels = test.labels {
      description.labels = DataDescription.Labels(
        classes: train.classes ?? 0, sha256: SHA256.of(labels), testImages: test.count,
        testSha256: SHA256.of(test.pixels), testLabelsSha256: SHA256.of(testLabels))
    }
    return description
  }

  /// Numbers and sizes, without the checksums, which take time.
  package var dimensions: DataDescription {
    var description = train.dimensions
    if let test {
      description.labels = DataDescription.Labels(
        classes: train.classes ?? 0, sha256: "", testImages: test.count, testSha256: "",
        testLabelsSha256: "")
    }
    return description
  }
}
