/// How long a training step takes, and what of it.
///
/// The whole step and each kind of its work are timed in turn, round by round, on the same
/// buffers and threads, so that a machine whose speed drifts is as fair to each. The products
/// alone are the floor under the step: the very calls that the step makes.
public struct StepBenchmark {
  /// Milliseconds a step, an element a round.
  public struct Times: Sendable {
    public let rounds: [Double]

    init(_ rounds: [Double]) { self.rounds = rounds.sorted() }

    public var median: Double {
      let middle = rounds.count / 2
      return rounds.count % 2 == 1 ? rounds[middle] : (rounds[middle - 1] + rounds[middle]) / 2
    }
    public var min: Double { rounds[0] }
    public var max: Double { rounds[rounds.count - 1] }
  }

  public let step: Times
  public let products: Times
  public let elementwise: Times
  public let optimizer: Times
  public let data: Times
  /// Floating-point operations in the products of one step, in units of 10⁹.
  public let gigaflopPerStep: Double

  /// The median over the rounds of a step's time by that of its products alone.
  public let ratioToProducts: Double

  /// Trains and times, after a warm-up of two rounds.
  ///
  /// - Parameter rounds: at least 1.
  /// - Parameter stepsPerRound: of the whole step, and of each part.
  /// - Throws: ``ExperimentError`` where training diverges.
  public init(
    _ experiment: Experiment, rounds: Int, stepsPerRound: Int
  ) throws(ExperimentError) {
    precondition(rounds > 0 && stepsPerRound > 0, "\(rounds) rounds of \(stepsPerRound) steps")
    let gan = experiment.gan
    let batch = Array(0..<gan.batchSize)
    let clock = ContinuousClock()

    func time(_ parts: WorkKinds) throws(ExperimentError) -> Double {
      gan.parts = parts
      let start = clock.now
      for _ in 0..<stepsPerRound { _ = try experiment.trainStep(batch: batch[...]) }
      return (clock.now - start) / .milliseconds(stepsPerRound)
    }

    let parts: [WorkKinds] = [.all, .products, .elementwise, .optimizer, .data]
    var times = [[Double]](repeating: [], count: parts.count)
    for round in -2..<rounds {
      for (index, part) in parts.enumerated() {
        let elapsed = try time(part)
        if round >= 0 { times[index].append(elapsed) }
      }
    }
    gan.parts = .all
    ratioToProducts = Times(zip(times[0], times[1]).map { $0 / $1 }).median
    step = Times(times[0])
    products = Times(times[1])
    elementwise = Times(times[2])
    optimizer = Times(times[3])
    data = Times(times[4])
    gigaflopPerStep = Self.gigaflopPerStep(gan)
  }

  /// 2 · batch · inputs · outputs for each product of a layer: for the generator one forward,
  /// one for the weights' gradient and, but for the first layer, one for the inputs'; for the
  /// discriminator the same on a batch of twice the size, and another forward and a gradient of
  /// the inputs, the first layer's too, on the fakes.
  static func gigaflopPerStep(_ gan: GAN) -> Double {
    var operations = 0
    for (index, layer) in gan.generator.layers.enumerated() {
      operations += (index == 0 ? 2 : 3) * 2 * gan.batchSize * layer.inputs * layer.outputs
    }
    for (index, layer) in gan.discriminator.layers.enumerated() {
      let products = 2 * (index == 0 ? 2 : 3) + 2
      operations += products * 2 * gan.batchSize * layer.inputs * layer.outputs
    }
    return Double(operations) / 1e9
  }
}
