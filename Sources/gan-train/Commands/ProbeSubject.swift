import Foundation
import GANLab

/// What `probe` looks at, and with what.
struct ProbeSubject {
  /// Where the weights come from: an initialiser, or a run.
  let source: String
  /// The batch, in words.
  let inputDescription: String
  private let makeLook: (_ trial: Int) throws -> NetworkLook

  /// - Throws: `ValidationError`, ``StorageError``, ``DataSetError``, ``MemoryError``.
  init(_ probe: Probe) throws {
    if let config = probe.earlier.config?.config {
      switch config.kind {
      case .gan: try self.init(probe, config, GAN.self)
      case .classifier: try self.init(probe, config, Classifier.self)
      }
    } else if probe.network == .classifier && probe.trainedRun == nil {
      var shared = GANConfiguration()
      var configuration = ClassifierConfiguration()
      shared.hiddenActivation = configuration.hiddenActivation
      ActivationOptions.rows.apply(probe.activation, to: &shared)
      configuration.hiddenActivation = shared.hiddenActivation
      configuration.leakySlope = shared.leakySlope
      configuration.initializer = probe.initialization.initializer(over: configuration.initializer)
      if probe.layers != nil || probe.width != nil {
        configuration.hiddenLayers = [Int](
          repeating: probe.width ?? 300, count: probe.layers ?? 2)
      }
      configuration.seed = probe.seed ?? 0
      try self.init(
        probe, configuration, Classifier.self, dataPath: DataSource.choose(probe.data).directory)
    } else {
      try self.init(ofFreeBatch: probe)
    }
  }

  func look(trial: Int) throws -> NetworkLook { try makeLook(trial) }

  // MARK: As a run would look

  private init<Model: Trainable>(_ probe: Probe, _ config: RunConfig, _ model: Model.Type) throws {
    var configuration = try config.configuration(Model.Configuration.self)
    configuration.seed = probe.seed ?? configuration.seed
    try self.init(probe, configuration, model, dataPath: probe.data ?? config.dataPath)
  }

  /// The networks that a run would begin with.
  private init<Model: Trainable>(
    _ probe: Probe, _ configuration: Model.Configuration, _ model: Model.Type, dataPath: String
  ) throws {
    let data = try TrainingData(directory: dataPath, isLabelled: Model.isLabelled)
    try Model.check(configuration, for: data.dimensions)
    let examples = probe.batchSize ?? Experiment<Model>.lookExamples
    source = configuration.initializationLabel
    inputDescription =
      probe.network == .generator
      ? "noise" : "\(examples) examples of \(dataPath)"
    makeLook = { trial in
      var configuration = configuration
      configuration.seed &+= UInt64(trial - 1)
      configuration.threads = CPU.usableThreads
      let looks = try Experiment<Model>(configuration, data: data).look(
        examples: examples, jacobianExamples: probe.jacobianExamples)
      return looks.first { $0.name == probe.network?.rawValue } ?? looks[0]
    }
  }

  // MARK: With a batch of its own

  private init(ofFreeBatch probe: Probe) throws {
    let batch = try ProbeBatchSource(probe)
    let kind = probe.network ?? .mlp
    let initializer = probe.initialization.initializer(over: GANConfiguration().initializer)
    let trained = try probe.trainedNetwork()
    source =
      probe.trainedRun.map { "run " + URL(fileURLWithPath: $0).lastPathComponent }
      ?? initializer.label
    inputDescription = batch.description
    makeLook = { trial in
      let network =
        try trained
        ?? batch.makeNetwork(initializer, seed: (probe.seed ?? 0) &+ UInt64(trial - 1))
      let input = try batch.input(network)
      let look = try LayerProbe(
        network, input: input, jacobianExamples: probe.jacobianExamples,
        threads: CPU.usableThreads, outputGradient: batch.writeGradient)
      return NetworkLook(
        name: kind.rawValue, network: network,
        schemes: network.layers.map {
          trained == nil ? initializer.resolvedScheme(before: $0.activation).rawValue : "trained"
        },
        probe: look,
        prediction: trained == nil ? SignalPrediction(network, initializer, look) : nil,
        isTrained: trained != nil)
    }
  }
}

extension Probe {
  fileprivate var jacobianExamples: Int { jacobian ? 3 : 0 }

  /// The network of the run that `--run` names.
  fileprivate func trainedNetwork() throws -> MLP? {
    guard let trainedRun, let name = network?.rawValue else { return nil }
    let path = try CheckpointPath.find(trainedRun)
    return network == .classifier
      ? try Checkpoint<Classifier>(path: path).network(name)
      : try Checkpoint<GAN>(path: path).network(name)
  }
}
