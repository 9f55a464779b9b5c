/// What an ``Experiment`` can train: networks with their optimisers, and one step of them.
///
/// The step's random numbers depend on the seed and the step's number only, so that a model needs no
/// state besides its networks, and a run can be resumed anywhere.
public protocol Trainable: AnyObject {
  associatedtype Configuration: TrainingConfiguration
  associatedtype Statistics: StepStatistics

  /// What records call this kind of training.
  static var kind: RunKind { get }

  /// Whether it learns labels, and is tested on images that it is not trained on.
  static var isLabelled: Bool { get }

  /// Networks of zeros, by the names that checkpoints, tables and messages use, with the random
  /// stream that draws each one's weights.
  static func makeNetworks(
    _ configuration: Configuration, for data: DataDescription
  ) -> [(name: String, network: MLP, weights: RandomStream.Purpose)]

  /// The memory that training takes, in bytes, but for the data set's.
  static func memory(_ configuration: Configuration, for data: DataDescription) -> Int

  /// A batch for an initialiser that looks at what a network's layers give, [batch, inputs].
  static func initialBatch(
    _ network: String, _ configuration: Configuration, _ data: TrainingData
  ) -> Matrix

  /// - Parameter networks: as ``makeNetworks(_:for:)`` makes them, with their weights.
  init(_ configuration: Configuration, networks: [MLP])

  /// In the order of ``makeNetworks(_:for:)``.
  var networks: [TrainedNetwork] { get }

  /// One step of every network.
  ///
  /// - Parameter number: counted from 1, over the whole run.
  func step(_ number: Int, on images: ImageBatch) -> Statistics

  /// Adds to the means over an epoch's steps what is measured after them.
  func finishEpoch(_ statistics: inout Statistics, _ data: TrainingData)

  /// A batch for each network that stays the same throughout a run, to look at its layers with.
  ///
  /// - Parameter count: of images, if there are so many.
  func probeBatches(_ data: TrainingData, count: Int) -> [ProbeBatch]

  /// The network that made a loss infinite or not a number; nil where all are finite.
  static func divergedNetwork(_ statistics: Statistics) -> String?

  /// Arrays that a checkpoint holds besides the networks'.
  var constants: [(name: String, matrix: Matrix)] { get }

  /// Images that show what the model has learned so far, [count][rows · columns] pixels from 0 to
  /// 255; nil for a kind that draws none.
  ///
  /// - Parameter count: at most ``sampleCount``.
  func samples(count: Int) -> [[UInt8]]?

  /// The network whose outputs are images; nil for a kind that makes none.
  var imageGenerator: MLP? { get }

  /// The kinds of work that a step does: all of them but in a benchmark.
  var work: WorkKinds { get set }

  /// Floating-point operations in the products of one step.
  var operationsPerStep: Int { get }
}

extension Trainable {
  /// The images that a run draws again and again.
  package static var sampleCount: Int { 64 }

  public static var isLabelled: Bool { false }

  /// Makes sure, before anything is made, that the data set has enough images and the machine the
  /// memory.
  ///
  /// - Throws: ``TrainingError/tooFewImages(batchSize:images:)``, ``MemoryError``.
  package static func check(_ configuration: Configuration, for data: DataDescription) throws {
    guard configuration.batchSize <= data.images else {
      throw TrainingError.tooFewImages(batchSize: configuration.batchSize, images: data.images)
    }
    try Memory.check(memory(configuration, for: data))
  }

  public func finishEpoch(_ statistics: inout Statistics, _ data: TrainingData) {}

  public var constants: [(name: String, matrix: Matrix)] { [] }

  public func samples(count: Int) -> [[UInt8]]? { nil }

  public var imageGenerator: MLP? { nil }
}

/// One of the networks that a ``Trainable`` trains.
public struct TrainedNetwork {
  package let name: String
  package let network: MLP
  let optimizer: Optimizer
}

/// The kinds of training, by the names that records have for them.
public enum RunKind: String, Codable, Sendable, CaseIterable {
  case gan, classifier
}

/// A batch to look at a network's layers with, and the gradient that goes back through them.
public struct ProbeBatch {
  package let name: String
  package let network: MLP
  /// [batch, inputs]
  package let input: Matrix
  /// Given the network's output, [batch, outputs], writes ∂loss/∂output.
  package let outputGradient: (_ output: Matrix, _ gradient: Matrix) -> Void
}
