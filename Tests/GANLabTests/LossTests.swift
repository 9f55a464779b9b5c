import Foundation
import Testing

@testable import GANLab

struct LossTests {
  @Test(arguments: [-200, -30, -3, -1e-4, 0, 1e-4, 0.7, 5, 40, 1000] as [Float])
  func `loss and gradient are those of the formula, without overflow`(logit: Float) {
    let x = Double(logit)
    // log(1 + e^x) written so that neither branch overflows in double precision.
    let softplus = { (x: Double) in x > 30 ? x + exp(-x) : log1p(exp(x)) }
    for (label, sign) in [(BinaryCrossEntropy.Label.real, -1.0), (.fake, 1.0)] {
      let loss = Double(BinaryCrossEntropy.loss(logit: logit, label: label))
      #expect(abs(loss - softplus(sign * x)) <= 1e-6 * softplus(sign * x) + 1e-44)
      let gradient = Double(BinaryCrossEntropy.gradient(logit: logit, label: label))
      let expected = sign / (1 + exp(-sign * x))
      #expect(abs(gradient - expected) <= 1e-6 * abs(expected) + 1e-44)
    }
  }

  @Test func `softmax losses, gradients and hits are the formula's, without overflow`() {
    let rows: [[Float]] = [[1, 2, 3], [1000, -1000, 0], [-5, -5, -5], [0, 1e-3, -1e-3]]
    let labels = [2, 1, 0, 2]
    let logits = Matrix(rows: 4, columns: 3)
    logits.fill(rows.joined().map(Double.init))
    let gradient = Matrix(rows: 4, columns: 3)
    let score = SoftmaxCrossEntropy.score(
      logits: logits, label: { labels[$0] }, gradient: gradient, batchSize: 8)
    var (loss, expected) = (0.0, [Double]())
    for (row, label) in zip(rows, labels) {
      let greatest = Double(row.max()!)
      let exponentials = row.map { exp(Double($0) - greatest) }
      let sum = exponentials.reduce(0, +)
      loss -= Double(row[label]) - greatest - log(sum)
      expected += exponentials.enumerated().map { ($1 / sum - ($0 == label ? 1 : 0)) / 8 }
    }
    #expect(abs(score.loss - loss) < 1e-9 * loss)
    // The first of equal logits counts.
    #expect(score.correct == 2)
    expectClose(gradient.elements, expected)
  }
}
