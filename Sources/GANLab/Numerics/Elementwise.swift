/// The loops over single elements that training spends its time in, besides the matrix products.
///
/// All of them are here, in vectors of 16 floats: in a debug build the compiler optimises one file
/// at a time, and by itself it vectorises loops over two arrays at most. The tests compare each with
/// a plain loop. `count` is the number of elements of every array.
enum Elementwise {
  typealias Vector = SIMD16<Float>

  /// z ← max(z + bias, 0) + slope · min(z + bias, 0), with 0 ≤ slope ≤ 1.
  static func leakyReLU(
    _ z: UnsafeMutablePointer<Float>, adding bias: UnsafePointer<Float>, slope: Float, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let sum = lanes.load(z) + lanes.load(bias)
      lanes.store(sum.replacing(with: slope * sum, where: sum .<= 0), to: z)
    }
  }

  /// z ← tanh(z + bias).
  static func tanh(
    _ z: UnsafeMutablePointer<Float>, adding bias: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      lanes.store(tanh(lanes.load(z) + lanes.load(bias)), to: z)
    }
  }

  /// z ← 1 / (1 + e^−(z + bias)).
  static func sigmoid(
    _ z: UnsafeMutablePointer<Float>, adding bias: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let sum = lanes.load(z) + lanes.load(bias)
      lanes.store(1 / (1 + exp(-sum)), to: z)
    }
  }

  /// z ← x / (1 + |x|), where x = z + bias.
  static func softsign(
    _ z: UnsafeMutablePointer<Float>, adding bias: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let sum = lanes.load(z) + lanes.load(bias)
      lanes.store(sum / (1 + magnitude(sum)), to: z)
    }
  }

  /// λ and α of the scaled exponential linear unit (Klambauer et al. 2017, equation 14).
  private static let seluScale: Float = 1.050_700_987_4
  private static let seluAlpha: Float = 1.673_263_242_4

  /// z ← λx where x > 0, else λα(e^x − 1), with x = z + bias.
  static func selu(
    _ z: UnsafeMutablePointer<Float>, adding bias: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let sum = lanes.load(z) + lanes.load(bias)
      let negative = seluScale * seluAlpha * expMinusOne(sum)
      lanes.store(negative.replacing(with: seluScale * sum, where: sum .> 0), to: z)
    }
  }

  /// z ← z + addend.
  static func add(_ z: UnsafeMutablePointer<Float>, _ addend: UnsafePointer<Float>, count: Int) {
    for lanes in Chunks(count: count) { lanes.store(lanes.load(z) + lanes.load(addend), to: z) }
  }

  /// z ← a + b.
  static func sum(
    _ z: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    count: Int
  ) {
    for lanes in Chunks(count: count) { lanes.store(lanes.load(a) + lanes.load(b), to: z) }
  }

  /// g ← g where a > 0, else slope · g.
  static func multiplyByLeakyReLUDerivative(
    _ g: UnsafeMutablePointer<Float>, at a: UnsafePointer<Float>, slope: Float, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let gradient = lanes.load(g)
      lanes.store(gradient.replacing(with: slope * gradient, where: lanes.load(a) .<= 0), to: g)
    }
  }

  /// g ← g · (1 − a²).
  static func multiplyByTanhDerivative(
    _ g: UnsafeMutablePointer<Float>, at a: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let activation = lanes.load(a)
      lanes.store(lanes.load(g) * (1 - activation * activation), to: g)
    }
  }

  /// g ← g · a · (1 − a).
  static func multiplyBySigmoidDerivative(
    _ g: UnsafeMutablePointer<Float>, at a: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let activation = lanes.load(a)
      lanes.store(lanes.load(g) * (activation * (1 - activation)), to: g)
    }
  }

  /// g ← g · (1 − |a|)².
  static func multiplyBySoftsignDerivative(
    _ g: UnsafeMutablePointer<Float>, at a: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let rest = 1 - magnitude(lanes.load(a))
      lanes.store(lanes.load(g) * (rest * rest), to: g)
    }
  }

  /// g ← λg where a > 0, else g · (a + λα).
  static func multiplyBySELUDerivative(
    _ g: UnsafeMutablePointer<Float>, at a: UnsafePointer<Float>, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let activation = lanes.load(a)
      let slope = (activation + seluScale * seluAlpha).replacing(
        with: seluScale, where: activation .> 0)
      lanes.store(lanes.load(g) * slope, to: g)
    }
  }

  /// p ← p − α · g.
  static func descend(
    _ p: UnsafeMutablePointer<Float>, gradient g: UnsafePointer<Float>, learningRate: Float,
    count: Int
  ) {
    for lanes in Chunks(count: count) {
      lanes.store(lanes.load(p) - learningRate * lanes.load(g), to: p)
    }
  }

  /// v ← μv + g, p ← p − α · v.
  static func momentum(
    _ p: UnsafeMutablePointer<Float>, gradient g: UnsafePointer<Float>,
    velocity v: UnsafeMutablePointer<Float>, momentum: Float, learningRate: Float, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let velocity = momentum * lanes.load(v) + lanes.load(g)
      lanes.store(velocity, to: v)
      lanes.store(lanes.load(p) - learningRate * velocity, to: p)
    }
  }

  /// The factors of one Adam step, with the bias corrections worked in.
  struct AdamFactors {
    var beta1: Float = 0
    var oneMinusBeta1: Float = 1
    var beta2: Float = 0
    var oneMinusBeta2: Float = 1
    /// α / (1 − β₁ᵗ)
    var stepSize: Float = 0
    /// 1 / √(1 − β₂ᵗ)
    var secondMomentScale: Float = 1
    var epsilon: Float = 0
  }

  /// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − stepSize · m / (√v · scale + ε).
  static func adam(
    _ p: UnsafeMutablePointer<Float>, gradient g: UnsafePointer<Float>,
    firstMoment m: UnsafeMutablePointer<Float>, secondMoment v: UnsafeMutablePointer<Float>,
    _ factors: AdamFactors, count: Int
  ) {
    for lanes in Chunks(count: count) {
      let gradient = lanes.load(g)
      let first = factors.beta1 * lanes.load(m) + factors.oneMinusBeta1 * gradient
      let second = factors.beta2 * lanes.load(v) + factors.oneMinusBeta2 * (gradient * gradient)
      lanes.store(first, to: m)
      lanes.store(second, to: v)
      let denominator = second.squareRoot() * factors.secondMomentScale + factors.epsilon
      lanes.store(lanes.load(p) - factors.stepSize * first / denominator, to: p)
    }
  }

  // MARK: Functions of a vector

  /// tanh within 3 · 10⁻⁷ of itself, near zero too, where small signals must not be lost.
  ///
  /// Below 0.625 an odd polynomial, above 1 − 2 / (e^2|x| + 1). The coefficients are our own fit
  /// (least squares reweighted towards the least relative error).
  @inline(__always)
  static func tanh(_ x: Vector) -> Vector {
    let square = x * x
    var polynomial = Vector(repeating: -0.005_717_036_3)
    polynomial = polynomial * square + 0.020_650_579
    polynomial = polynomial * square - 0.053_743_497
    polynomial = polynomial * square + 0.133_314_91
    polynomial = polynomial * square - 0.333_332_84
    let near = x + x * (polynomial * square)

    let magnitude = magnitude(x)
    let far = 1 - 2 / (exp(2 * magnitude) + 1)
    let signedFar = far.replacing(with: -far, where: x .< 0)
    return near.replacing(with: signedFar, where: magnitude .> 0.625)
  }

  /// eˣ within 2 · 10⁻⁷ of itself for −87 ≤ x ≤ 88; beyond, its value at the nearer end. NaN gives NaN.
  @inline(__always)
  static func exp(_ x: Vector) -> Vector {
    let parts = exponential(x)
    let result = scaled(parts.fraction + 1, parts.exponent)
    return result.replacing(with: x, where: x .!= x)
  }

  /// eˣ − 1 within 4 · 10⁻⁷ of itself, near zero too, for the range of ``exp(_:)``.
  @inline(__always)
  static func expMinusOne(_ x: Vector) -> Vector {
    let parts = exponential(x)
    let far = scaled(parts.fraction + 1, parts.exponent) - 1
    // Where the power of two is one, nothing is added and taken away again.
    let result = far.replacing(with: parts.fraction, where: parts.power .== 0)
    return result.replacing(with: x, where: x .!= x)
  }

  /// x = n · ln 2 + r with n whole and |r| ≤ ln 2 / 2: eʳ − 1 by a polynomial (our own fit, as above),
  /// n, and n as an exponent's bits.
  @inline(__always)
  private static func exponential(
    _ x: Vector
  ) -> (fraction: Vector, power: Vector, exponent: SIMD16<Int32>) {
    var bounded = x.replacing(with: 88, where: x .> 88)
    bounded = bounded.replacing(with: -87, where: x .< -87)
    // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the lowest bits.
    let shifter: Float = 12_582_912
    let shifted = bounded * 1.442_695_04 + shifter
    let n = shifted - shifter
    // ln 2 in two parts, the first exact in few bits, so that n · ln 2 loses nothing.
    let r = (bounded - n * 0.693_359_375) + n * 2.121_944_4e-4
    var polynomial = Vector(repeating: 0.001_395_171_74)
    polynomial = polynomial * r + 0.008_369_598_5
    polynomial = polynomial * r + 0.041_666_187_3
    polynomial = polynomial * r + 0.166_665_122
    polynomial = polynomial * r + 0.5
    let fraction = polynomial * (r * r) + r
    return (fraction, n, unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23)
  }

  /// value · 2ⁿ, for n as an exponent's bits.
  @inline(__always)
  private static func scaled(_ value: Vector, _ exponent: SIMD16<Int32>) -> Vector {
    unsafeBitCast(unsafeBitCast(value, to: SIMD16<Int32>.self) &+ exponent, to: Vector.self)
  }

  @inline(__always)
  private static func magnitude(_ x: Vector) -> Vector { x.replacing(with: -x, where: x .< 0) }

  // MARK: Loops

  /// Up to 16 neighbouring elements of any array.
  private struct Lanes {
    let start: Int
    let count: Int

    @inline(__always)
    func load(_ array: UnsafePointer<Float>) -> Vector {
      if count == Vector.scalarCount {
        return UnsafeRawPointer(array + start).loadUnaligned(as: Vector.self)
      }
      var vector = Vector.zero
      for lane in 0..<count { vector[lane] = array[start + lane] }
      return vector
    }

    @inline(__always)
    func load(_ array: UnsafeMutablePointer<Float>) -> Vector { load(UnsafePointer(array)) }

    @inline(__always)
    func store(_ vector: Vector, to array: UnsafeMutablePointer<Float>) {
      if count == Vector.scalarCount {
        UnsafeMutableRawPointer(array + start).storeBytes(of: vector, as: Vector.self)
      } else {
        for lane in 0..<count { array[start + lane] = vector[lane] }
      }
    }
  }

  /// Iterates in chunks of 16; the last may be shorter. (A function that took the loop's body as a
  /// closure would call it for each chunk: the compiler does not always inline it.)
  private struct Chunks: Sequence, IteratorProtocol {
    private let count: Int
    private var start = 0

    @inline(__always)
    init(count: Int) { self.count = count }

    @inline(__always)
    mutating func next() -> Lanes? {
      if start >= count { return nil }
      defer { start += Vector.scalarCount }
      return Lanes(start: start, count: Swift.min(Vector.scalarCount, count - start))
    }
  }
}
