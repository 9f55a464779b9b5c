import ArgumentParser
import Foundation
import GANLab

struct Probe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a network's signals and gradients are, layer by layer, without training.",
    discussion: """
      A batch goes forward through a network with fresh weights, or with those of a run's \
      checkpoint, and a gradient goes back. Saturated means |a| > 0.97 for tanh, and a < 0.03 or \
      a > 0.97 for sigmoid.
      """)

  enum Network: String, ExpressibleByArgument, CaseIterable {
    case mlp, generator, discriminator, classifier
  }

  enum Gradient: String, ExpressibleByArgument, CaseIterable {
    case normal, labels
  }

  @OptionGroup(title: "Initialisation")
  var initialization: InitializationOptions

  @OptionGroup(title: "The GAN's networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Every network")
  var activation: ActivationOptions<GANConfiguration>

  @Option(
    help:
      "The network: layers of one width (mlp), one of the GAN's two, or that of a classifier's run."
  )
  var network = Network.mlp

  @Option(parsing: .unconditional, help: "The layers of the mlp, 1 to 1000 (default: 10).")
  var layers: Int?

  @Option(parsing: .unconditional, help: "Their width, 1 to 16384 (default: 500).")
  var width: Int?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Take the weights from a run or a checkpoint.", valueName: "run"))
  var trainedRun: String?

  @Option(parsing: .unconditional, help: "The examples in the batch, 1 to 100000.")
  var batchSize = 1024

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The standard deviation of the normal input, above 0.", valueName: "sigma"))
  var inputStd: Float = 1

  @Option(
    help: ArgumentHelp(
      "Take the first images of this MNIST-format data set as the input.", valueName: "dir"))
  var data: String?

  @Option(
    help: """
      The gradient that goes back: standard normal, or that of a classifier's loss on the labels \
      of --data, for which a layer of 10 logits is added.
      """)
  var gradient = Gradient.normal

  @Option(parsing: .unconditional, help: "A whole number from 0, for weights, input and gradient.")
  var seed: UInt64 = 0

  @Option(parsing: .unconditional, help: "How often to draw new weights, 1 to 100000.")
  var trials = 1

  @Flag(help: "Compute the mean singular value of each layer's Jacobian, over three examples.")
  var jacobian = false

  @Option(
    help: ArgumentHelp("Write layers.csv and histograms.csv into this directory.", valueName: "dir")
  )
  var output: String?

  func validate() throws {
    try check("--layers", layers, in: 1...1000)
    try check("--width", width, in: 1...LayerSizes.largest)
    try check("--batch-size", batchSize, in: 1...100_000)
    try check("--trials", trials, in: 1...100_000)
    if !(inputStd > 0 && inputStd.isFinite) {
      throw ValidationError("--input-std \(inputStd): must be a number above 0.")
    }
    try checkMeaningless()
    if gradient == .labels && (![.mlp, .classifier].contains(network) || data == nil) {
      throw ValidationError(
        "--gradient labels: applies to --network mlp and classifier with --data.")
    }
    if data != nil && network == .generator {
      throw ValidationError("--data: a generator takes noise, not images.")
    }
  }

  /// - Throws: a `ValidationError` for an option that the others leave without a meaning.
  private func checkMeaningless() throws {
    if trainedRun != nil && network == .mlp {
      throw ValidationError(
        "--run: has a generator and a discriminator, or a classifier; name one with --network.")
    }
    if trainedRun == nil && network == .classifier {
      throw ValidationError("--network classifier: applies to --run; a fresh one is an mlp.")
    }
    let ofMLP = (layers == nil ? [] : ["--layers"]) + (width == nil ? [] : ["--width"])
    let ofNetworks = NetworkOptions.rows.given(in: networks)
    if let option = ofNetworks.first, network == .mlp {
      throw ValidationError("\(option): applies to --network generator and discriminator.")
    }
    if let option = ofMLP.first, network != .mlp {
      throw ValidationError("\(option): applies to --network mlp; the GAN's have their own.")
    }
    let drawn =
      initialization.given + ofNetworks
      + ActivationOptions<GANConfiguration>.rows.given(in: activation)
      + (trials > 1 ? ["--trials"] : [])
    if let option = drawn.first, trainedRun != nil {
      throw ValidationError("\(option): the run in --run has its own weights and sizes.")
    }
    let other = network == .generator ? "--discriminator-layers" : "--generator-layers"
    if trainedRun == nil && network != .mlp && ofNetworks.contains(other) {
      throw ValidationError("\(other): --network names the other one.")
    }
  }

  func run() throws {
    KernelRestart.restartIfWorthwhile()
    let dataset = try data.map { try ImageDataset(directory: $0) }
    if let dataset, batchSize > dataset.count {
      throw ValidationError("--batch-size \(batchSize): must be at most \(dataset.count).")
    }
    let initializer = initialization.initializer(over: GANConfiguration().initializer)
    let source =
      trainedRun.map { "run " + URL(fileURLWithPath: $0).lastPathComponent } ?? initializer.label
    var tables = LayerCSV(initialization: source, network: network.rawValue)
    var probes: [LayerProbe] = []
    var schemes: [String] = []
    var prediction: SignalPrediction?
    let trained = try trainedNetwork()
    for trial in 1...trials {
      let network =
        try trained ?? makeNetwork(dataset, initializer, seed: seed &+ UInt64(trial - 1))
      let input = input(dataset, network)
      guard input.columns == network.inputs else {
        throw ValidationError(
          "--data: images of \(input.columns) pixels for a network of \(network.inputs) inputs.")
      }
      schemes = network.layers.map {
        trained == nil ? initializer.resolvedScheme(before: $0.activation).rawValue : "trained"
      }
      let probe = try LayerProbe(network, input: input, jacobianExamples: jacobian ? 3 : 0) {
        try writeGradient(dataset, output: $0, into: $1)
      }
      if trained == nil {
        prediction = SignalPrediction(
          network, initializer, inputMeanSquare: pow(probe.input.rootMeanSquare, 2),
          inputCorrelation: probe.inputCorrelation ?? 0)
      }
      tables.add(probe, trial: trial, schemes: schemes, prediction: prediction)
      probes.append(probe)
    }
    let report = ProbeReport(
      probes, schemes: schemes, prediction: prediction, width: Terminal.width(of: STDOUT_FILENO))
    try StandardOutput.print(
      ["\(source), \(network.rawValue), \(batchSize) examples of \(inputDescription)"]
        + report.lines)
    if let output {
      try tables.write(to: output)
      try StandardOutput.print(
        "the tables are in \(output)/layers.csv and \(output)/histograms.csv")
    }
  }

  private var inputDescription: String {
    if let data { return data }
    return inputStd == 1 ? "N(0, 1)" : "N(0, \(inputStd)²)"
  }

  private func trainedNetwork() throws -> MLP? {
    guard let trainedRun else { return nil }
    let path = try CheckpointPath.find(trainedRun)
    return network == .classifier
      ? try Checkpoint<Classifier>(path: path).network(network.rawValue)
      : try Checkpoint<GAN>(path: path).network(network.rawValue)
  }

  private func makeNetwork(
    _ dataset: ImageDataset?, _ initializer: Initializer, seed: UInt64
  ) throws -> MLP {
    var configuration = GANConfiguration()
    NetworkOptions.rows.apply(networks, to: &configuration)
    ActivationOptions.rows.apply(activation, to: &configuration)
    let network: MLP
    var weights = RandomStream.Purpose.generatorWeights
    if self.network == .mlp {
      let hidden = [Int](repeating: width ?? 500, count: layers ?? 10)
      let logits = gradient == .labels ? [10] : []
      let sizes = [dataset?.pixelsPerImage ?? hidden[0]] + hidden + logits
      try Memory.check(MLP.memory(sizes: sizes, copies: 2, batchSize: 2 * batchSize))
      network = MLP(
        sizes: sizes,
        activations: hidden.map { _ in configuration.hiddenActivation }
          + logits.map { _ in .identity },
        leakySlope: configuration.leakySlope)
    } else {
      let (rows, columns) = (dataset?.rows ?? 28, dataset?.columns ?? 28)
      let data = DataDescription(images: 0, rows: rows, columns: columns, sha256: "")
      try Memory.check(GAN.memory(configuration, for: data))
      let networks = GAN.makeNetworks(configuration, for: data)
      (_, network, weights) = networks[self.network == .generator ? 0 : 1]
    }
    try initializer.initialize(network, self.network.rawValue, seed: seed, purpose: weights) {
      input(dataset, network)
    }
    return network
  }

  private func input(_ dataset: ImageDataset?, _ network: MLP) -> Matrix {
    dataset?.images(0..<batchSize) ?? normals(.noise, network.inputs, scale: inputStd)
  }

  private func normals(_ purpose: RandomStream.Purpose, _ columns: Int, scale: Float) -> Matrix {
    let matrix = Matrix(rows: batchSize, columns: columns)
    matrix.fillNormal(RandomStream(seed: seed, purpose: purpose), scale: scale)
    return matrix
  }

  private func writeGradient(_ dataset: ImageDataset?, output: Matrix, into gradient: Matrix) throws
  {
    switch self.gradient {
    case .normal: gradient.fillNormal(RandomStream(seed: seed, purpose: .sampleGrid), scale: 1)
    case .labels:
      guard let labels = dataset?.labels?.prefix(batchSize), labels.allSatisfy({ $0 < 10 }) else {
        throw ValidationError("--gradient labels: \(data ?? "") has no labels from 0 to 9.")
      }
      SoftmaxCrossEntropy.gradient(logits: output, labels: Array(labels), into: gradient)
    }
  }
}
