/// Networks initialised by a configuration and trained on one data set, an epoch at a time.
public final class Experiment<Model: Trainable> {
  public let configuration: Model.Configuration
  public let model: Model
  package let dataDescription: DataDescription
  package internal(set) var position = Position<Model.Statistics>()
  package let data: TrainingData
  private var dataset: ImageDataset { data.train }
  /// By network, in the order of the model's, and layer: how far the last step of an epoch has moved the
  /// weights (``MLP/updateRatio(_:since:)``); nil where no such step was done.
  private(set) var updateRatios: [[Double]]?

  /// - Parameter initializes: false leaves the weights zero, for a checkpoint to fill.
  /// - Precondition: there are at least `configuration.batchSize` images.
  /// - Throws: ``StorageError`` where weights come from a file that does not fit.
  public init(
    _ configuration: Model.Configuration, data: TrainingData, initializes: Bool = true
  ) throws(StorageError) {
    precondition(
      data.train.count >= configuration.batchSize,
      "batches of \(configuration.batchSize) from \(data.train.count) images")
    self.configuration = configuration
    self.data = data
    dataDescription = data.makeDescription()
    let networks = Model.makeNetworks(configuration, for: dataDescription)
    for (name, network, weights) in networks where initializes {
      try configuration.initializer(of: name).initialize(
        network, name, seed: configuration.seed, purpose: weights
      ) { Model.initialBatch(name, configuration, data) }
    }
    model = Model(configuration, networks: networks.map(\.network))
  }

  /// An experiment without a test.
  ///
  /// - Precondition: there are at least `configuration.batchSize` images.
  /// - Throws: ``StorageError`` where weights come from a file that does not fit.
  public convenience init(
    _ configuration: Model.Configuration, dataset: ImageDataset
  ) throws(StorageError) {
    try self.init(configuration, data: TrainingData(dataset))
  }

  /// Steps that were run.
  public var step: Int { position.epochs * stepsPerEpoch + position.stepsIntoEpoch }

  /// The last partial batch of an epoch is dropped, so that every step has one shape.
  public var stepsPerEpoch: Int { dataset.count / configuration.batchSize }

  /// The steps at which training is finished.
  package var totalSteps: Int {
    min(configuration.epochs * stepsPerEpoch, configuration.maximumSteps ?? .max)
  }

  /// Whether there is no step left to do.
  public var isFinished: Bool { step >= totalSteps }

  /// Whether all epochs were run; a limit of steps may end training before.
  package var hasAllEpochs: Bool { position.epochs >= configuration.epochs }

  /// Trains to the end of an epoch, or until `maximumSteps`.
  ///
  /// - Parameter continues: called after each step with its losses; training stops when it says
  ///   false.
  /// - Returns: the epoch's record; nil where training stopped before the epoch's end, or was
  ///   finished.
  /// - Throws: ``TrainingError/nonFiniteLoss(epoch:step:network:losses:)``.
  public func trainEpoch(
    while continues: (Model.Statistics) -> Bool = { _ in true }
  ) throws(TrainingError) -> EpochRecord<Model.Statistics>? {
    if isFinished { return nil }
    let secondsBefore = position.seconds
    let start = ContinuousClock.now
    let order = RandomStream(
      seed: configuration.seed, purpose: .shuffling, substream: position.epochs + 1
    ).permutation(count: dataset.count)
    var goesOn = true
    while goesOn && position.stepsIntoEpoch < stepsPerEpoch && !isFinished {
      let first = position.stepsIntoEpoch * batchSize
      let isLast = position.stepsIntoEpoch + 1 == stepsPerEpoch || step + 1 == totalSteps
      let before = isLast ? model.networks.map { Parameters(copy: $0.network.parameters) } : []
      let statistics = try trainStep(batch: order[first..<first + batchSize])
      if isLast {
        updateRatios = zip(model.networks, before).map { trained, before in
          trained.network.layers.indices.map { trained.network.updateRatio($0, since: before) }
        }
      }
      position.stepsIntoEpoch += 1
      position.epochSums += statistics
      position.loggedSums += statistics
      position.loggedSteps += 1
      position.seconds = secondsBefore + (ContinuousClock.now - start) / .seconds(1)
      goesOn = continues(statistics)
    }
    let isWhole = position.stepsIntoEpoch == stepsPerEpoch
    guard isWhole || isFinished else { return nil }
    var statistics = position.epochSums / Double(position.stepsIntoEpoch)
    model.finishEpoch(&statistics, data)
    let record = EpochRecord(
      epoch: position.epochs + 1, step: step, statistics: statistics, seconds: position.seconds,
      imagesPerSecond: Double(position.stepsIntoEpoch * batchSize) / position.seconds)
    if isWhole { position.beginNextEpoch() }
    return record
  }

  /// The means over the steps since this was last called, in this process or before.
  func takeLoggedMeans() -> Model.Statistics {
    let means = position.loggedSums / Double(position.loggedSteps)
    (position.loggedSums, position.loggedSteps) = (Model.Statistics(), 0)
    return means
  }

  /// Trains the next step on the images numbered `batch`.
  func trainStep(batch: ArraySlice<Int>) throws(TrainingError) -> Model.Statistics {
    let statistics = model.step(step + 1, on: ImageBatch(dataset: dataset, indices: batch))
    if let network = Model.divergedNetwork(statistics) {
      throw .nonFiniteLoss(
        epoch: position.epochs + 1, step: step + 1, network: network, losses: statistics.losses)
    }
    return statistics
  }

  /// Makes sure that all weights are finite numbers, as they must be before they are saved.
  ///
  /// - Throws: ``TrainingError/nonFiniteWeights(step:network:layer:)``.
  func checkWeights() throws(TrainingError) {
    for trained in model.networks {
      if let layer = trained.network.firstNonFiniteLayer {
        throw .nonFiniteWeights(step: step, network: trained.name, layer: layer)
      }
    }
  }

  private var batchSize: Int { configuration.batchSize }
}

/// What one epoch, or the part of it that ran, came to.
public struct EpochRecord<Statistics: StepStatistics>: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  /// Steps since the beginning of the run.
  public var step: Int
  /// Means over the epoch's steps.
  public var statistics: Statistics
  /// The time that the epoch's steps took, in seconds.
  public var seconds: Double
  /// Real images a second.
  public var imagesPerSecond: Double
}
