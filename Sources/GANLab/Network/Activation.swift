import Foundation

/// The function behind a layer's matrix product, applied to each element.
public enum Activation: String, CaseIterable, Sendable {
  /// max(z, 0) + slope · min(z, 0); the slope is the network's.
  case leakyReLU = "leaky-relu"
  /// max(z, 0)
  case relu
  case tanh
  /// 1 / (1 + e^−z)
  case sigmoid
  case identity

  /// Replaces the pre-activations `z`, [rows, columns], by the activations of z + bias.
  ///
  /// - Parameter bias: added to each row, [1, columns].
  /// - Parameter slope: the leaky ReLU's.
  func apply(to z: Matrix, adding bias: Matrix, slope: Float) {
    precondition(bias.shape == [1, z.columns], "bias \(bias.shape) for \(z.shape)")
    let b = bias.start
    for row in 0..<z.rows {
      let a = z.start + row * z.stride
      switch self {
      case .leakyReLU: Self.leaky(a, b, slope: slope, count: z.columns)
      case .relu: Self.leaky(a, b, slope: 0, count: z.columns)
      case .tanh: for i in 0..<z.columns { a[i] = Foundation.tanh(a[i] + b[i]) }
      case .sigmoid: for i in 0..<z.columns { a[i] = 1 / (1 + exp(-(a[i] + b[i]))) }
      case .identity: for i in 0..<z.columns { a[i] += b[i] }
      }
    }
  }

  @inline(__always)
  private static func leaky(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, slope: Float, count: Int
  ) {
    for i in 0..<count {
      let z = a[i] + b[i]
      a[i] = z > 0 ? z : slope * z
    }
  }

  /// Multiplies `gradient` = ∂loss/∂activation by the derivative at `activation`, which makes it
  /// ∂loss/∂pre-activation; both [rows, columns].
  ///
  /// Each derivative is a function of the activation itself: tanh′ = 1 − a², sigmoid′ = a(1 − a),
  /// ReLU′ = 1 where a > 0. At z = 0 the (leaky) ReLU takes the slope, as PyTorch does.
  func multiplyByDerivative(_ gradient: Matrix, at activation: Matrix, slope: Float) {
    precondition(
      gradient.shape == activation.shape, "gradient \(gradient.shape) at \(activation.shape)")
    for row in 0..<gradient.rows {
      let g = gradient.start + row * gradient.stride
      let a = activation.start + row * activation.stride
      switch self {
      case .leakyReLU: for i in 0..<gradient.columns { g[i] *= a[i] > 0 ? 1 : slope }
      case .relu: for i in 0..<gradient.columns { g[i] *= a[i] > 0 ? 1 : 0 }
      case .tanh: for i in 0..<gradient.columns { g[i] *= 1 - a[i] * a[i] }
      case .sigmoid: for i in 0..<gradient.columns { g[i] *= a[i] * (1 - a[i]) }
      case .identity: return
      }
    }
  }
}
