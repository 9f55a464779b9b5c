import Foundation

/// How a network's weights are drawn before training.
///
/// Most schemes are a standard deviation for a layer, drawn from a distribution of that standard
/// deviation. Biases are zero, but for ``Scheme/pytorch``, which draws them like the weights, and
/// ``Scheme/file``, which has them.
public struct Initializer: Sendable, Equatable, Codable {
  public enum Scheme: String, CaseIterable, Sendable, Codable {
    /// One σ for every layer, whatever its size.
    case random
    /// σ² = 2 / (fanIn + fanOut) (Glorot & Bengio 2010, eq. 12 and 16).
    case xavier
    /// σ² = 2 / ((1 + a²) · fan) (He et al. 2015, eq. 10 and 15).
    case he
    /// ``he`` before a ReLU or leaky ReLU, ``lecun`` before SELU (Klambauer et al. 2017), ``xavier``
    /// before anything else.
    case xavierHe = "xavier-he"
    /// σ² = 1 / fan (LeCun et al. 1998, "Efficient BackProp", eq. 16).
    case lecun
    /// U(±1/√fanIn), σ² = 1 / (3 · fanIn): what `torch.nn.Linear` does.
    case pytorch
    /// Rows or columns at right angles to each other, all singular values one (Saxe et al. 2014).
    case orthogonal
    /// ``orthogonal``, then each layer divided by the standard deviation of what it gives
    /// (Mishkin & Matas 2016); ``LSUV``.
    case lsuv
    case zeros
    /// Given weights; ``WeightFile``.
    case file

    /// Whether the weights are independent draws from a ``Distribution``.
    var isDrawn: Bool {
      switch self {
      case .random, .xavier, .he, .xavierHe, .lecun, .pytorch: true
      case .orthogonal, .lsuv, .zeros, .file: false
      }
    }
  }

  /// What ``Scheme/he`` and ``Scheme/lecun`` keep level: signals forward, gradients backward, or both
  /// half.
  public enum FanMode: String, CaseIterable, Sendable, Codable {
    case fanIn = "fan-in"
    case fanOut = "fan-out"
    case fanAverage = "fan-avg"

    func fan(_ fanIn: Int, _ fanOut: Int) -> Float {
      switch self {
      case .fanIn: Float(fanIn)
      case .fanOut: Float(fanOut)
      case .fanAverage: Float(fanIn + fanOut) / 2
      }
    }
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
  public var mode: FanMode
  /// The biases' standard deviation; ``Scheme/pytorch`` and ``Scheme/file`` have biases of their own.
  public var biasStandardDeviation: Float
  /// Where the weights of ``Scheme/file`` are.
  public var path: String

  /// - Parameter distribution: by default uniform for ``Scheme/pytorch``, else normal.
  public init(
    _ scheme: Scheme, distribution: Distribution? = nil, randomStandardDeviation: Float = 0.01,
    slope: Float = 0, gain: Float = 1, mode: FanMode = .fanIn,
    biasStandardDeviation: Float = 0, path: String = ""
  ) {
    self.scheme = scheme
    self.distribution = distribution ?? (scheme == .pytorch ? .uniform : .normal)
    self.randomStandardDeviation = randomStandardDeviation
    self.slope = slope
    self.gain = gain
    self.mode = mode
    self.biasStandardDeviation = biasStandardDeviation
    self.path = path
  }

  // MARK: Standard deviations

  /// The weights' standard deviation in a layer of `fanIn` inputs and `fanOut` outputs, before
  /// `activation`; for ``Scheme/lsuv`` the one that it begins with, for ``Scheme/file`` 0.
  public func standardDeviation(fanIn: Int, fanOut: Int, before activation: Activation) -> Float {
    let variance: Float =
      switch resolvedScheme(before: activation) {
      case .random: randomStandardDeviation * randomStandardDeviation
      case .xavier, .xavierHe: 2 / Float(fanIn + fanOut)
      case .he: 2 / ((1 + slope * slope) * mode.fan(fanIn, fanOut))
      case .lecun: 1 / mode.fan(fanIn, fanOut)
      case .pytorch: 1 / Float(3 * fanIn)
      case .orthogonal, .lsuv: 1 / Float(max(fanIn, fanOut))
      case .zeros, .file: 0
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

  /// Sets the weights and biases of every layer of a network of one worker.
  ///
  /// - Parameter name: the network's, for ``Scheme/file``.
  /// - Parameter purpose: whose weights they are; layer l takes the purpose's substream l.
  /// - Parameter input: gives a batch for ``Scheme/lsuv``, [batch, inputs].
  /// - Throws: ``StorageError`` of ``Scheme/file``.
  package func initialize(
    _ network: MLP, _ name: String, seed: UInt64, purpose: RandomStream.Purpose,
    input: () -> Matrix
  ) throws(StorageError) {
    switch scheme {
    case .file: try WeightFile.fill(network, name, from: path)
    case .lsuv:
      Initializer(.orthogonal, biasStandardDeviation: biasStandardDeviation)
        .draw(network, seed: seed, purpose: purpose)
      LSUV.normalize(network, on: input(), gain: gain)
    case .random, .xavier, .he, .xavierHe, .lecun, .pytorch, .orthogonal, .zeros:
      draw(network, seed: seed, purpose: purpose)
    }
  }

  /// What ``initialize(_:_:seed:purpose:input:)`` does for a scheme that needs neither file nor batch.
  func draw(_ network: MLP, seed: UInt64, purpose: RandomStream.Purpose) {
    for (index, layer) in network.layers.enumerated() {
      let stream = RandomStream(seed: seed, purpose: purpose, substream: index)
      let deviation = standardDeviation(
        fanIn: layer.inputs, fanOut: layer.outputs, before: layer.activation)
      if scheme == .orthogonal {
        layer.weights.fillNormal(stream)
        LinearAlgebra.orthogonalize(layer.weights, gain: gain)
      } else {
        for row in 0..<layer.inputs {
          draw(layer.weights.row(row), standardDeviation: deviation, from: stream, row: row)
        }
      }
      draw(
        layer.biases.row(0),
        standardDeviation: scheme == .pytorch ? deviation : biasStandardDeviation, from: stream,
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
