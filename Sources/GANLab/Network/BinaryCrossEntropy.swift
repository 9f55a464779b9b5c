import Foundation

/// The binary cross-entropy between a logit and a label, on the logit itself.
///
/// With x the logit and σ the sigmoid: −log σ(x) = softplus(−x) for label 1 and
/// −log(1 − σ(x)) = softplus(x) for label 0. Neither overflows, however sure the network is.
enum BinaryCrossEntropy {
  /// What the discriminator is to say of an image.
  enum Label: Float {
    case fake = 0
    case real = 1
  }

  /// softplus(x) for a fake, softplus(−x) for a real one.
  static func loss(logit: Float, label: Label) -> Float {
    softplus(label == .real ? -logit : logit)
  }

  /// ∂loss/∂logit = σ(x) − label.
  static func gradient(logit: Float, label: Label) -> Float {
    // σ(x) − 1 = −σ(−x), which keeps its precision where σ(x) is near 1.
    label == .real ? -sigmoid(-logit) : sigmoid(logit)
  }

  /// log(1 + eˣ) as max(x, 0) + log(1 + e^−|x|).
  static func softplus(_ x: Float) -> Float { max(x, 0) + log1p(exp(-abs(x))) }

  private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
