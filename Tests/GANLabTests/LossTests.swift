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
}
