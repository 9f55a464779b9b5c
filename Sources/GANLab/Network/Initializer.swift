import Foundation

/// How a network's weights are drawn before training.
///
/// Every scheme but ``Scheme/orthogonal`` is a standard deviation for a layer, drawn from a
/// distribution of that standard deviation. Biases are zero, but for ``Scheme/pytorch``, which
/// draws them like the weights.
public struct Initializer: Sendable, Equatable, Codable {
  public enum Scheme: String, CaseIterable, Sendable, Codable {
    /// One σ for every layer, whatever its size.
    case random
    /// σ² = 2 / (fanIn + fanOut) (Glorot & Bengio 2010, eq. 12 and 16).
    case xavier
    /// σ² = 2 / ((1 + a²) · fanIn) (He et al. 2015, eq. 10 and 15).
    case he
    /// ``he`` before a ReLU or leaky ReLU, ``lecun`` before SELU (Klambauer et al. 2017), ``xavier``
    /// before anything else.
    case xavierHe = "xavier-he"
    /// σ² = 1 / fanIn (LeCun et al. 1998, "Efficient BackProp", eq. 16).
    case lecun
    /// U(±1/√fanIn), σ² = 1 / (3 · fanIn): what `torch.nn.Linear` does.
    case pytorch
    /// Rows or columns at right angles to each other, all singular values one (Saxe et al. 2014).
    case orthogonal
    case zeros

    /// Whether the weights are independent draws from a ``Distribution``.
    var isDrawn: Bool { self != .orthogonal && self != .zeros }
  }

  public enum Distribution: String, CaseIterable, Sendable, Codable {
    case normal
    /// U(−l, l) with l = σ√3.
    case uniform
    /// A normal distribution cut off at twice its σ′, where σ′ = σ / 0.8796 makes up for what the
    /// cut takes away, as Keras and JAX do it.
    case truncatedNormal = "truncated-normal"
  }

  public var scheme: Scheme
  public var distribution: Distribution
  /// σ of ``Scheme/random``; the other schemes ignore it.
  public var randomStandardDeviation: Float
  /// He's a, the slope below zero of the rectifier that the weights are meant for.
  public var slope: Float
  /// All weights are multiplied by it.
  public var gain: Float

  /// - Parameter distribution: by default uniform for ``Scheme/pytorch``, else normal.
  public init(
    _ scheme: Scheme, distribution: Distribution? = nil, randomStandardDeviation: Float = 0.01,
    slope: Float = 0, gain: Float = 1
  ) {
    self.scheme = scheme
    self.distribution = distribution ?? (scheme == .pytorch ? .uniform : .normal)
    self.randomStandardDeviation = randomStandardDeviation
    self.slope = slope
    self.gain = gain
  }

  // MARK: Standard deviations

  /// The weights' standard deviation in a layer of `fanIn` inputs and `fanOut` outputs, before
  /// `activation`.
  public func standardDeviation(fanIn: Int, fanOut: Int, before activation: Activation) -> Float {
    let variance: Float =
      switch resolvedScheme(before: activation) {
      case .random: randomStandardDeviation * randomStandardDeviation
      case .xavier, .xavierHe: 2 / Float(fanIn + fanOut)
      case .he: 2 / ((1 + slope * slope) * Float(fanIn))
      case .lecun: 1 / Float(fanIn)
      case .pytorch: 1 / Float(3 * fanIn)
      case .orthogonal: 1 / Float(max(fanIn, fanOut))
      case .zeros: 0
      }
    return gain * variance.squareRoot()
  }

  /// The scheme for a layer before `activation`: ``Scheme/xavierHe`` means one or the other.
  package func resolvedScheme(before activation: Activation) -> Scheme {
    guard scheme == .xavierHe else { return scheme }
    switch activation {
    case .relu, .leakyReLU: return .he
    case .selu: return .lecun
    case .tanh, .sigmoid, .softsign, .identity: return .xavier
    }
  }

  // MARK: Drawing

  /// Draws the weights and biases of every layer of `network`.
  ///
  /// - Parameter purpose: whose weights they are; layer l takes the purpose's substream l.
  package func initialize(_ network: MLP, seed: UInt64, purpose: RandomStream.Purpose) {
    for (index, layer) in network.layers.enumerated() {
      let stream = RandomStream(seed: seed, purpose: purpose, substream: index)
      let deviation = standardDeviation(
        fanIn: layer.inputs, fanOut: layer.outputs, before: layer.activation)
      if scheme == .orthogonal {
        layer.weights.fillNormal(stream)
        LinearAlgebra.orthogonalize(layer.weights, gain: gain)
        continue
      }
      for row in 0..<layer.inputs {
        draw(layer.weights.row(row), standardDeviation: deviation, from: stream, row: row)
      }
      draw(
        layer.biases.row(0), standardDeviation: scheme == .pytorch ? deviation : 0, from: stream,
        row: layer.inputs)
    }
  }

  private func draw(
    _ elements: UnsafeMutableBufferPointer<Float>, standardDeviation: Float,
    from stream: RandomStream, row: Int
  ) {
    let scale: Float
    switch distribution {
    case .normal:
      stream.fillNormal(elements, row: row)
      scale = standardDeviation
    case .uniform:
      stream.fillUniform(elements, row: row)
      scale = standardDeviation * Float(3).squareRoot()
    case .truncatedNormal:
      stream.fillTruncatedNormal(elements, row: row)
      // The standard deviation of N(0, 1) cut off at ±2.
      scale = standardDeviation / 0.879_625_66
    }
    for i in elements.indices { elements[i] *= scale }
  }
}
