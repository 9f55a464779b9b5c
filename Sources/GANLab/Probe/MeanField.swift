import Foundation

/// The theory of signals in wide networks of random weights, layer by layer (Poole et al. 2016,
/// Schoenholz et al. 2017; for rectifiers He et al. 2015).
///
/// Weights have variance σ_w² / fanIn, biases σ_b². A pre-activation is then normal with variance q, and
/// two inputs' have a correlation c; a layer maps both.
package struct MeanField: Sendable {
  package let activation: Activation
  /// The slope of a leaky ReLU below zero.
  package let slope: Double

  private static let quadrature = GaussHermite(count: 128)
  /// For means over two variables.
  private static let coarseQuadrature = GaussHermite(count: 64)

  package init(_ activation: Activation, slope: Double = 0) {
    self.activation = activation
    self.slope = activation == .leakyReLU ? slope : 0
  }

  /// What becomes of a signal in a deep network of equal layers.
  package struct Phase: Sendable, Equatable {
    /// q*: what the variance tends to; 0 where signals vanish, infinite where they explode.
    package let variance: Double
    /// c*: what the correlation of two different inputs tends to; nil without a finite variance.
    package let correlation: Double?
    /// χ₁: by how much a layer multiplies the square of a small difference, and of a gradient.
    package let chi: Double
    /// ξ: the layers in which what is told apart, or for a rectifier without biases the signal itself,
    /// changes by a factor of e; infinite at the critical point.
    package let depthScale: Double
  }

  // MARK: Maps

  /// φ(z)
  func value(_ z: Double) -> Double {
    switch activation {
    case .identity: z
    case .relu, .leakyReLU: z > 0 ? z : slope * z
    case .tanh: tanh(z)
    case .sigmoid: 1 / (1 + exp(-z))
    case .softsign: z / (1 + abs(z))
    case .selu: SELU.scale * (z > 0 ? z : SELU.alpha * expm1(z))
    }
  }

  /// φ′(z)
  func derivative(_ z: Double) -> Double {
    switch activation {
    case .identity: return 1
    case .relu, .leakyReLU: return z > 0 ? 1 : slope
    case .tanh:
      let a = tanh(z)
      return 1 - a * a
    case .sigmoid:
      let a = 1 / (1 + exp(-z))
      return a * (1 - a)
    case .softsign: return 1 / ((1 + abs(z)) * (1 + abs(z)))
    case .selu: return SELU.scale * (z > 0 ? 1 : SELU.alpha * exp(z))
    }
  }

  private enum SELU {
    static let scale = 1.050_700_987_355_480_5
    static let alpha = 1.673_263_242_354_377_2
  }

  /// E φ(√q z)²
  package func meanSquare(variance q: Double) -> Double {
    let root = q.squareRoot()
    return Self.quadrature.mean { pow(value(root * $0), 2) }
  }

  /// E φ′(√q z)²
  package func meanSquareDerivative(variance q: Double) -> Double {
    let root = q.squareRoot()
    return Self.quadrature.mean { pow(derivative(root * $0), 2) }
  }

  /// E φ(u₁) φ(u₂) for normal u of variances q₁ and q₂ and correlation c.
  package func meanProduct(_ q1: Double, _ q2: Double, correlation c: Double) -> Double {
    if activation == .relu || activation == .leakyReLU {
      return (q1 * q2).squareRoot() * rectifierProduct(c)
    }
    return mean(q1, q2, c, value)
  }

  /// E φ′(u₁) φ′(u₂), likewise.
  package func meanDerivativeProduct(_ q1: Double, _ q2: Double, correlation c: Double) -> Double {
    if activation == .relu || activation == .leakyReLU { return rectifierDerivativeProduct(c) }
    return mean(q1, q2, c, derivative)
  }

  private func mean(_ q1: Double, _ q2: Double, _ c: Double, _ f: (Double) -> Double) -> Double {
    let rest = max(0, 1 - c * c).squareRoot()
    let (root1, root2) = (q1.squareRoot(), q2.squareRoot())
    return Self.coarseQuadrature.mean { z1 in
      f(root1 * z1) * Self.coarseQuadrature.mean { z2 in f(root2 * (c * z1 + rest * z2)) }
    }
  }

  /// The arc-cosine kernels of Cho & Saul 2009, for max(z, 0) + slope · min(z, 0) and q = 1.
  private func rectifierProduct(_ c: Double) -> Double {
    let c = min(max(c, -1), 1)
    let angle = acos(c)
    let positive = ((1 - c * c).squareRoot() + (.pi - angle) * c) / (2 * .pi)
    let opposite = ((1 - c * c).squareRoot() - angle * c) / (2 * .pi)
    return (1 + slope * slope) * positive - 2 * slope * opposite
  }

  private func rectifierDerivativeProduct(_ c: Double) -> Double {
    let angle = acos(min(max(c, -1), 1))
    return (1 + slope * slope) * (.pi - angle) / (2 * .pi) + 2 * slope * angle / (2 * .pi)
  }

  // MARK: Deep networks

  /// - Parameter weightVariance: σ_w².
  /// - Parameter biasVariance: σ_b².
  package func phase(weightVariance: Double, biasVariance: Double) -> Phase {
    let q = fixedVariance(weightVariance, biasVariance)
    let isRectifier = activation == .relu || activation == .leakyReLU || activation == .identity
    // A rectifier's derivative does not depend on q, and at 0 there is none.
    let chi =
      weightVariance * meanSquareDerivative(variance: isRectifier || !q.isFinite ? 1 : q)
    if isRectifier && biasVariance == 0 {
      // The correlation goes to 1 slowly, whatever σ_w; the signal itself decides.
      return Phase(
        variance: q, correlation: q > 0 && q.isFinite ? 1 : nil, chi: chi,
        depthScale: Self.scale(chi))
    }
    guard q.isFinite else {
      return Phase(variance: q, correlation: nil, chi: chi, depthScale: Self.scale(chi))
    }
    let c = fixedCorrelation(q, chi, weightVariance, biasVariance)
    let slope =
      c == 1 ? chi : weightVariance * meanDerivativeProduct(q, q, correlation: c)
    return Phase(variance: q, correlation: c, chi: chi, depthScale: Self.scale(slope))
  }

  /// 1 / |ln factor|
  private static func scale(_ factor: Double) -> Double {
    let rate = abs(log(factor))
    return rate < 1e-4 ? .infinity : 1 / rate
  }

  /// Where q ← σ_w² E φ² + σ_b² stays, coming from 1.
  private func fixedVariance(_ weightVariance: Double, _ biasVariance: Double) -> Double {
    func growth(_ q: Double) -> Double {
      weightVariance * meanSquare(variance: q) + biasVariance - q
    }
    let start = growth(1)
    if abs(start) < 1e-9 { return 1 }
    // A factor at a time in the direction in which q moves, until it would move back.
    var (inner, outer) = (1.0, start > 0 ? 2.0 : 0.5)
    while (growth(outer) > 0) == (start > 0) {
      inner = outer
      outer = start > 0 ? outer * 2 : outer / 2
      if outer > 1e12 { return .infinity }
      if outer < 1e-9 { return 0 }
    }
    for _ in 0..<60 {
      let middle = (inner * outer).squareRoot()
      if (growth(middle) > 0) == (start > 0) { inner = middle } else { outer = middle }
    }
    return (inner * outer).squareRoot()
  }

  /// Where the correlation of two different inputs stays, coming from below 1.
  private func fixedCorrelation(
    _ q: Double, _ chi: Double, _ weightVariance: Double, _ biasVariance: Double
  ) -> Double {
    // At 1 the map has slope χ₁: up to 1 that fixed point attracts.
    if chi <= 1 || q == 0 { return 1 }
    func growth(_ c: Double) -> Double {
      (weightVariance * meanProduct(q, q, correlation: c) + biasVariance) / q - c
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if growth(middle) > 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2 < 1e-6 ? 0 : (low + high) / 2
  }
}
