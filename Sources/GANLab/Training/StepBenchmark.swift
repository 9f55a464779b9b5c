/// How long a training step takes, and what of it.
///
/// The whole step and each kind of its work are timed in turn, round by round, on the same
/// buffers and threads, so that a machine whose speed drifts is as fair to each. The products
/// alone are the floor under the step: the very calls that the step makes.
package struct StepBenchmark {
  /// Milliseconds a step, an element a round.
  package struct Times: Sendable {
    package let rounds: [Double]

    package var median: Double { rounds.median ?? .nan }
    package var min: Double { rounds.min() ?? .nan }
    package var max: Double { rounds.max() ?? .nan }
  }

  package let step: Times
  package let products: Times
  package let elementwise: Times
  package let optimizer: Times
  package let data: Times
  /// Floating-point operations in the products of one step, in units of 10⁹.
  package let gigaflopPerStep: Double

  /// The median over the rounds of a step's time by that of its products alone.
  package let ratioToProducts: Double

  /// The milliseconds of a default GAN's products alone: the least of the steps that `duration` allows,
  /// after one. Networks of zeros, which multiply as fast as any.
  package static func productTime(threads: Int, duration: Duration) -> Double {
    let configuration = GANConfiguration()
    let data = DataDescription(images: 0, rows: 28, columns: 28, sha256: "")
    let networks = GAN.makeNetworks(configuration, for: data).map(\.network)
    let gan = GAN(
      generator: networks[0], discriminator: networks[1], batchSize: configuration.batchSize,
      rule: configuration.updateRule, threads: threads)
    gan.work = .products
    let clock = ContinuousClock()
    func step() -> Double {
      clock.measure { _ = gan.step(real: { _, _ in }, noise: { _, _ in }) } / .milliseconds(1)
    }
    _ = step()
    let end = clock.now + duration
    var least = step()
    while clock.now < end { least = min(least, step()) }
    return least
  }

  /// Trains and times, after a warm-up of two rounds.
  ///
  /// - Parameter rounds: at least 1.
  /// - Parameter stepsPerRound: of the whole step, and of each part.
  /// - Throws: ``TrainingError`` where training diverges.
  package init<Model>(
    _ experiment: Experiment<Model>, rounds: Int, stepsPerRound: Int
  ) throws(TrainingError) {
    precondition(rounds > 0 && stepsPerRound > 0, "\(rounds) rounds of \(stepsPerRound) steps")
    let batch = Array(0..<experiment.configuration.batchSize)
    let clock = ContinuousClock()

    func time(_ work: WorkKinds) throws(TrainingError) -> Double {
      experiment.model.work = work
      let start = clock.now
      for _ in 0..<stepsPerRound { _ = try experiment.trainStep(batch: batch[...]) }
      return (clock.now - start) / .milliseconds(stepsPerRound)
    }

    let kinds: [WorkKinds] = [.all, .products, .elementwise, .optimizer, .data]
    var times = [[Double]](repeating: [], count: kinds.count)
    for round in -2..<rounds {
      // Parts of a step make nonsense of weights.
      let stored = experiment.model.networks.flatMap { trained in
        ([trained.network.parameters] + trained.optimizer.state.map(\.values)).map {
          (parameters: $0, copy: Parameters(copy: $0))
        }
      }
      defer { for (parameters, copy) in stored { parameters.copy(from: copy) } }
      for (index, kind) in kinds.enumerated() {
        let elapsed = try time(kind)
        if round >= 0 { times[index].append(elapsed) }
      }
    }
    experiment.model.work = .all
    ratioToProducts = zip(times[0], times[1]).map { $0 / $1 }.median ?? .nan
    step = Times(rounds: times[0])
    products = Times(rounds: times[1])
    elementwise = Times(rounds: times[2])
    optimizer = Times(rounds: times[3])
    data = Times(rounds: times[4])
    gigaflopPerStep = Double(experiment.model.operationsPerStep) / 1e9
  }
}
