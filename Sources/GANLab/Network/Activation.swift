/// The function that a layer applies to each element of its matrix product.
public enum Activation: String, CaseIterable, Sendable, Codable {
  /// max(z, 0) + slope · min(z, 0); the slope is the network's.
  case leakyReLU = "leaky-relu"
  /// max(z, 0)
  case relu
  case tanh
  /// 1 / (1 + e^−z)
  case sigmoid
  /// z / (1 + |z|) (Bergstra et al. 2009)
  case softsign
  /// λz above 0, λα(e^z − 1) below, with λ and α of Klambauer et al. 2017.
  case selu
  case identity

  /// Replaces the pre-activations `z`, [rows, columns], by the activations of z + bias.
  ///
  /// - Parameter bias: added to each row, [1, columns].
  /// - Parameter slope: the leaky ReLU's.
  func forward(_ z: Matrix, bias: Matrix, slope: Float) {
    precondition(bias.shape == Matrix.Shape(1, z.columns), "bias \(bias.shape) for \(z.shape)")
    for row in 0..<z.rows {
      let (values, count) = (z.start + row * z.stride, z.columns)
      switch self {
      case .leakyReLU:
        Elementwise.leakyReLU(values, adding: bias.start, slope: slope, count: count)
      case .relu: Elementwise.leakyReLU(values, adding: bias.start, slope: 0, count: count)
      case .tanh: Elementwise.tanh(values, adding: bias.start, count: count)
      case .sigmoid: Elementwise.sigmoid(values, adding: bias.start, count: count)
      case .softsign: Elementwise.softsign(values, adding: bias.start, count: count)
      case .selu: Elementwise.selu(values, adding: bias.start, count: count)
      case .identity: Elementwise.add(values, bias.start, count: count)
      }
    }
  }

  /// Turns `gradient` from ∂loss/∂activation into ∂loss/∂pre-activation by the derivative at
  /// `activation`; both [rows, columns].
  ///
  /// Each derivative is a function of the activation itself: tanh′ = 1 − a², sigmoid′ = a(1 − a),
  /// softsign′ = (1 − |a|)², ReLU′ = 1 where a > 0, selu′ = λ there and a + λα elsewhere. At z = 0 the
  /// (leaky) ReLU takes the slope, as PyTorch does.
  func backward(_ gradient: Matrix, at activation: Matrix, slope: Float) {
    precondition(
      gradient.shape == activation.shape, "gradient \(gradient.shape) at \(activation.shape)")
    for row in 0..<gradient.rows {
      let (g, count) = (gradient.start + row * gradient.stride, gradient.columns)
      let a = activation.start + row * activation.stride
      switch self {
      case .leakyReLU:
        Elementwise.multiplyByLeakyReLUDerivative(g, at: a, slope: slope, count: count)
      case .relu: Elementwise.multiplyByLeakyReLUDerivative(g, at: a, slope: 0, count: count)
      case .tanh: Elementwise.multiplyByTanhDerivative(g, at: a, count: count)
      case .sigmoid: Elementwise.multiplyBySigmoidDerivative(g, at: a, count: count)
      case .softsign: Elementwise.multiplyBySoftsignDerivative(g, at: a, count: count)
      case .selu: Elementwise.multiplyBySELUDerivative(g, at: a, count: count)
      case .identity: return
      }
    }
  }
}
