import Foundation
import Testing

@testable import GANLab

/// Training steps of small classifiers that PyTorch computed in double precision: every
/// `classifier_*.json` in the folder of ``OracleTests``.
struct ClassifierOracleTests {
  private struct Oracle: Decodable {
    struct Optimizer: Decodable {
      let name: String
      let learningRate: Float
      let momentum, beta1, beta2, epsilon: Float?

      var rule: any UpdateRule {
        if let beta1, let beta2, let epsilon {
          return Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        }
        if let momentum, momentum > 0 {
          return Momentum(learningRate: learningRate, momentum: momentum)
        }
        return GradientDescent(learningRate: learningRate)
      }
    }

    struct Step: Decodable {
      let inputs: [Double]
      let labels: [Int]
      let loss, accuracy: Double
      /// Given for the first step.
      let logits, firstWeightGradient: [Double]?
    }

    let optimizer: Optimizer
    let leakySlope: Double
    let batch: Int
    let network, networkAfter: GANLabTests.Oracle.Network
    let steps: [Step]
  }

  @Test(arguments: GANLabTests.Oracle.files("classifier_"))
  func `every step agrees with PyTorch`(file: URL) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let oracle = try decoder.decode(Oracle.self, from: Data(contentsOf: file))
    for threads in [1, 2, 3, 5] {
      let network = oracle.network.makeMLP(leakySlope: oracle.leakySlope)
      // What the gradient of the first step is before the weights follow it.
      try expectFirstStep(of: oracle, network.split(across: threads), threads)
      let classifier = Classifier(
        network, batchSize: oracle.batch, rule: oracle.optimizer.rule, threads: threads)
      let width = network.inputs
      for (index, step) in oracle.steps.enumerated() {
        let statistics = classifier.step(
          images: { rows, target in
            target.fill(Array(step.inputs[rows.lowerBound * width..<rows.upperBound * width]))
          }, label: { step.labels[$0] })
        #expect(abs(statistics.trainLoss - step.loss) <= 1e-4 * step.loss, "step \(index)")
        #expect(abs(statistics.trainAccuracy - step.accuracy) < 1e-9, "step \(index)")
      }
      OracleTests().expectParameters(
        of: classifier.network, oracle.networkAfter, "after \(threads) threads")
    }
  }

  private func expectFirstStep(of oracle: Oracle, _ network: MLP, _ threads: Int) throws {
    let step = oracle.steps[0]
    let batch = LayerBuffers(of: network, batchSize: oracle.batch)
    batch.input.fill(step.inputs)
    let workers = Workers(count: threads)
    workers.run { network.forward(batch, rows: 0..<oracle.batch, $0) }
    expectClose(batch.output.elements, try #require(step.logits), "logits")
    SoftmaxCrossEntropy.gradient(
      logits: batch.output, labels: step.labels.map(UInt8.init), into: batch.outputGradient)
    workers.run { network.backward(batch, rows: 0..<oracle.batch, $0) }
    let gradient = try #require(step.firstWeightGradient)
    expectClose(network.wholeWeightGradient(0, of: batch).elements, gradient, "first gradient")
  }
}
