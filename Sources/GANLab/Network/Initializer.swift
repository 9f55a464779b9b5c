import Foundation

/// How a network's weights are drawn before training.
///
/// Every scheme is a standard deviation for a layer, drawn from a normal or from a uniform
/// distribution: σ of U(−l, l) is l/√3, so the limit is l = σ√3. Biases are zero, but for
/// ``Scheme/pytorch``, which draws them like the weights.
public struct Initializer: Sendable, Equatable, Codable {
  public enum Scheme: String, CaseIterable, Sendable, Codable {
    /// One σ for every layer, whatever its size.
    case random
    /// σ² = 2 / (fanIn + fanOut) (Glorot & Bengio 2010, eq. 12 and 16).
    case xavier
    /// σ² = 2 / fanIn (He et al. 2015, eq. 10).
    case he
    /// ``he`` before a ReLU or leaky ReLU, ``xavier`` before anything else.
    case xavierHe = "xavier-he"
    /// σ² = 1 / fanIn (LeCun et al. 1998, "Efficient BackProp", eq. 16).
    case lecun
    /// U(±1/√fanIn), σ² = 1 / (3 · fanIn): what `torch.nn.Linear` does.
    case pytorch
    case zeros
  }

  public enum Distribution: String, CaseIterable, Sendable, Codable {
    case normal, uniform
  }

  public var scheme: Scheme
  public var distribution: Distribution
  /// σ of ``Scheme/random``; the other schemes ignore it.
  public var randomStandardDeviation: Float

  /// - Parameter distribution: by default uniform for ``Scheme/pytorch``, else normal.
  public init(
    _ scheme: Scheme, distribution: Distribution? = nil, randomStandardDeviation: Float = 0.01
  ) {
    self.scheme = scheme
    self.distribution = distribution ?? (scheme == .pytorch ? .uniform : .normal)
    self.randomStandardDeviation = randomStandardDeviation
  }

  /// How tables and file names call it: the scheme, with what differs from its defaults, such as
  /// "xavier-he", "random:1" or "he:uniform".
  public var label: String {
    var parts = [scheme.rawValue]
    let standard = Initializer(scheme)
    if scheme == .random && randomStandardDeviation != standard.randomStandardDeviation {
      parts.append(String(format: "%g", randomStandardDeviation))
    }
    if distribution != standard.distribution { parts.append(distribution.rawValue) }
    return parts.joined(separator: ":")
  }

  /// The weights' standard deviation in a layer of `fanIn` inputs and `fanOut` outputs, before
  /// `activation`.
  public func standardDeviation(fanIn: Int, fanOut: Int, before activation: Activation) -> Float {
    switch scheme {
    case .random: randomStandardDeviation
    case .xavier: (2 / Float(fanIn + fanOut)).squareRoot()
    case .he: (2 / Float(fanIn)).squareRoot()
    case .xavierHe:
      Initializer(Self.chosenScheme(before: activation))
        .standardDeviation(fanIn: fanIn, fanOut: fanOut, before: activation)
    case .lecun: (1 / Float(fanIn)).squareRoot()
    case .pytorch: (1 / Float(3 * fanIn)).squareRoot()
    case .zeros: 0
    }
  }

  /// What ``Scheme/xavierHe`` means for a layer before `activation`.
  static func chosenScheme(before activation: Activation) -> Scheme {
    switch activation {
    case .relu, .leakyReLU: .he
    case .tanh, .sigmoid, .identity: .xavier
    }
  }

  /// Draws the weights and biases of every layer of `network` anew.
  ///
  /// - Parameter purpose: whose weights they are; layer l takes the purpose's substream l.
  public func initialize(_ network: MLP, seed: UInt64, purpose: RandomStream.Purpose) {
    for (index, layer) in network.layers.enumerated() {
      let stream = RandomStream(seed: seed, purpose: purpose, substream: index)
      let deviation = standardDeviation(
        fanIn: layer.inputs, fanOut: layer.outputs, before: layer.activation)
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
    }
    for i in elements.indices { elements[i] *= scale }
  }
}
