/// A classifier as an ``Experiment`` trains it: a network from a configuration, images and labels to
/// each step, a test after each epoch.
extension Classifier: Trainable {
  public static var kind: RunKind { .classifier }
  public static var isLabelled: Bool { true }

  public static func makeNetworks(
    _ configuration: ClassifierConfiguration, for data: DataDescription
  ) -> [(name: String, network: MLP, weights: RandomStream.Purpose)] {
    let hidden = configuration.hiddenLayers.map { _ in configuration.hiddenActivation }
    let network = MLP(
      sizes: sizes(configuration, data), activations: hidden + [.identity],
      leakySlope: configuration.leakySlope)
    return [("classifier", network, .classifierWeights)]
  }

  private static func sizes(
    _ configuration: ClassifierConfiguration, _ data: DataDescription
  ) -> [Int] {
    [data.pixelsPerImage] + configuration.hiddenLayers + [data.labels?.classes ?? 10]
  }

  public static func memory(
    _ configuration: ClassifierConfiguration, for data: DataDescription
  ) -> Int {
    MLP.memory(
      sizes: sizes(configuration, data), copies: 1 + configuration.updateRule.stateNames.count,
      batchSize: configuration.batchSize + testBatchSize)
  }

  /// The first images.
  public static func initialBatch(
    _ network: String, _ configuration: ClassifierConfiguration, _ data: TrainingData
  ) -> Matrix { data.train.images(0..<configuration.batchSize) }

  public convenience init(_ configuration: ClassifierConfiguration, networks: [MLP]) {
    self.init(
      networks[0], batchSize: configuration.batchSize, rule: configuration.updateRule,
      threads: configuration.threads)
  }

  public var networks: [TrainedNetwork] {
    [TrainedNetwork(name: "classifier", network: network, optimizer: optimizer)]
  }

  public func step(_ number: Int, on images: ImageBatch) -> ClassifierStatistics {
    step(images: { rows, target in images.copy(rows, into: target) }, label: { images.label($0) })
  }

  public static func divergedNetwork(_ statistics: ClassifierStatistics) -> String? {
    statistics.trainLoss.isFinite ? nil : "classifier"
  }

  public func finishEpoch(_ statistics: inout ClassifierStatistics, _ data: TrainingData) {
    guard let dataset = data.test else { return }
    let result = test(on: dataset)
    statistics.testLoss = result.loss
    statistics.testAccuracy = result.accuracy
    statistics.testClasses = Double(result.classes)
  }

  /// The first test images with the gradient of the mean loss on them.
  public func probeBatches(_ data: TrainingData, count: Int) -> [ProbeBatch] {
    let dataset = data.test ?? data.train
    let count = min(count, dataset.count)
    let labels = Array((dataset.labels ?? []).prefix(count))
    return [
      ProbeBatch(name: "classifier", network: network, input: dataset.images(0..<count)) {
        SoftmaxCrossEntropy.gradient(logits: $0, labels: labels, into: $1)
      }
    ]
  }

  /// 2 · batch · inputs · outputs for each product of a layer: one forward, one for the weights' gradient
  /// and, but for the first layer, one for the inputs'.
  public var operationsPerStep: Int {
    network.layers.enumerated().reduce(0) { sum, layer in
      sum + (layer.offset == 0 ? 2 : 3) * 2 * batchSize * layer.element.inputs
        * layer.element.outputs
    }
  }
}
