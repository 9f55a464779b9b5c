import Foundation
import Testing

@testable import GANLab

struct ExperimentTests {
  /// 40 images of 4 × 4, each with a grey of its own.
  private static let dataset = ImageDataset(
    count: 40, rows: 4, columns: 4, pixels: (0..<40).flatMap { [UInt8](repeating: $0, count: 16) })

  private static func configuration(_ change: (inout GANConfiguration) -> Void = { _ in })
    -> GANConfiguration
  {
    var configuration = GANConfiguration()
    configuration.epochs = 2
    configuration.batchSize = 12
    configuration.latentSize = 6
    configuration.generatorLayers = [10]
    configuration.discriminatorLayers = [10]
    change(&configuration)
    return configuration
  }

  private func records(_ configuration: GANConfiguration) throws -> [EpochRecord<GANStatistics>] {
    let experiment = try Experiment<GAN>(configuration, dataset: Self.dataset)
    var records: [EpochRecord<GANStatistics>] = []
    while let record = try experiment.trainEpoch() { records.append(record) }
    return records
  }

  @Test func `the last partial batch of an epoch is dropped`() throws {
    #expect(try records(Self.configuration()).map(\.step) == [3, 6])
  }

  @Test func `a run that ends in mid-epoch gives a record of the part that ran`() throws {
    let records = try records(Self.configuration { $0.maximumSteps = 4 })
    #expect(records.map(\.step) == [3, 4])
    #expect(records.map(\.epoch) == [1, 2])
  }

  /// Networks of zeros give logits of zero, and losses of log 2, in the first step.
  @Test func `means are over the steps that ran`() throws {
    let records = try records(
      Self.configuration {
        $0.initializer = Initializer(.zeros)
        $0.maximumSteps = 1
      })
    #expect(abs(records[0].statistics.discriminatorLoss - 2 * log(2)) < 1e-6)
    // A logit of 0 is neither right nor wrong.
    #expect(records[0].statistics.discriminatorAccuracy == 0.5)
  }

  @Test func `the threads' shares make the same batch, of noise that differs by row`() throws {
    let experiments = try [1, 2, 5].map { threads in
      try Experiment<GAN>(Self.configuration { $0.threads = threads }, dataset: Self.dataset)
    }
    for experiment in experiments { _ = try experiment.trainEpoch() }
    let noise = experiments.map { $0.model.generatorBuffers.input.elements }
    #expect(noise[1] == noise[0] && noise[2] == noise[0])
    #expect(Set(noise[0]).count > 70)
    // Real images are the rows with one grey throughout.
    let greys = experiments.map { experiment in
      experiment.model.discriminatorBuffers.input.values.filter { Set($0).count == 1 }.map { $0[0] }
    }
    #expect(greys[0].count == 12 && greys[1] == greys[0] && greys[2] == greys[0])
  }

  @Test func `the same seed gives the same numbers, another seed others`() throws {
    let first = try records(Self.configuration()).map(\.statistics)
    #expect(try records(Self.configuration()).map(\.statistics) == first)
    #expect(try records(Self.configuration { $0.seed = 1 }).map(\.statistics) != first)
  }

  /// With a learning rate near zero the weights stay as drawn, so that a difference between the
  /// runs' batches would show in the discriminator's input.
  @Test func `initialisers with one seed see the same batches and the same noise`() throws {
    let experiments = try [Initializer.Scheme.xavierHe, .random].map { scheme in
      try Experiment<GAN>(
        Self.configuration { $0.initializer = Initializer(scheme) }, dataset: Self.dataset)
    }
    for experiment in experiments { _ = try experiment.trainEpoch() }
    let realRows = 0..<12
    #expect(
      experiments[0].model.discriminatorBuffers.input.rows(realRows).elements
        == experiments[1].model.discriminatorBuffers.input.rows(realRows).elements)
    #expect(
      experiments[0].model.generatorBuffers.input.elements
        == experiments[1].model.generatorBuffers.input.elements)
    #expect(
      experiments[0].model.generator.layers[0].weights.elements
        != experiments[1].model.generator.layers[0].weights.elements)
  }

  @Test func `an epoch shows each image at most once, in an order that changes`() throws {
    // One step an epoch of 39 of the 40 images.
    let experiment = try Experiment<GAN>(
      Self.configuration {
        $0.batchSize = 39
        $0.epochs = 3
      }, dataset: Self.dataset)
    var orders: Set<[Float]> = []
    while try experiment.trainEpoch() != nil {
      let greys = (0..<39).map { experiment.model.discriminatorBuffers.input[$0, 0] }
      #expect(Set(greys).count == 39)
      orders.insert(greys)
    }
    #expect(orders.count == 3)
  }

  @Test func `a loss that is not finite stops the run and says so`() throws {
    let configuration = Self.configuration {
      $0.learningRate = 1e30
      $0.epochs = 50
    }
    let error = #expect(throws: TrainingError.self) { try records(configuration) }
    let text = try #require(error).description
    #expect(text.contains("diverged at step"))
  }

  @Test func `statistics add up and divide in every part`() {
    var one = GANStatistics()
    one.discriminatorLossReal = 1
    one.discriminatorLossFake = 2
    one.generatorLoss = 3
    one.discriminatorAccuracyReal = 4
    one.discriminatorAccuracyFake = 5
    one.generatorAccuracy = 6
    var sum = one
    sum += one
    sum += one
    #expect(sum != one)
    #expect(sum / 3 == one)
    #expect(one.discriminatorLoss == 3)
    #expect(one.discriminatorAccuracy == 4.5)
  }
}
