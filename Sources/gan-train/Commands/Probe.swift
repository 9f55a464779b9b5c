import ArgumentParser
import Foundation
import GANLab

struct Probe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a network's signals and gradients are, layer by layer, without training.",
    discussion: """
      A batch goes forward through a network with fresh weights, or with those of a run's \
      checkpoint, and a gradient goes back; of fresh weights the end says whether they are likely to \
      learn. Saturated means |a| > 0.97 for tanh, and a < 0.03 or a > 0.97 for sigmoid.
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
    help: """
      The network: layers of one width (mlp, the default), one of the GAN's two, or the classifier that \
      classify trains.
      """)
  var network: Network?

  @Option(
    parsing: .unconditional,
    help: "The layers of the mlp (default: 10), or the classifier's hidden ones (2), 1 to 1000.")
  var layers: Int?

  @Option(
    parsing: .unconditional,
    help: "Their width, 1 to 16384 (default: 500; the classifier's: 512, with --layers 300).")
  var width: Int?

  @OptionGroup(title: "An earlier run")
  var earlier: ConfigOptions

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Take the weights from a run or a checkpoint.", valueName: "run"),
    completion: Completions.runs)
  var trainedRun: String?

  @Option(
    parsing: .unconditional,
    help: "The examples in the batch, 1 to 100000 (default: 1024; as a run would look, 300).")
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The standard deviation of the normal input, above 0.", valueName: "sigma"))
  var inputStd: Float = 1

  @Option(
    help: ArgumentHelp(
      "Take the first images of this MNIST-format data set as the input.", valueName: "dir"),
    completion: Completions.dataSets)
  var data: String?

  @Option(
    help: """
      The gradient that goes back: standard normal, or that of a classifier's loss on the labels \
      of --data, for which a layer of 10 logits is added (default: normal; as a run would look, that \
      of its loss).
      """)
  var gradient: Gradient?

  @Option(
    parsing: .unconditional,
    help: "A whole number from 0, for weights, input and gradient (default: 0, or --config's).")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "How often to draw new weights, 1 to 100000.")
  var trials = 1

  @Flag(help: "Compute the mean singular value of each layer's Jacobian, over three examples.")
  var jacobian = false

  @Option(
    help: ArgumentHelp(
      "Write layers.csv, histograms.csv and verdict.csv into this directory.", valueName: "dir")
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
    if earlier.config != nil { return try checkWithConfig() }
    if trainedRun != nil { try checkWithRun() }
    try checkMeaningless()
  }

  /// The options that decide how fresh weights are drawn.
  private var drawing: [String] {
    initialization.given + NetworkOptions.rows.given(in: networks)
      + ActivationOptions<GANConfiguration>.rows.given(in: activation)
      + (layers == nil ? [] : ["--layers"]) + (width == nil ? [] : ["--width"])
  }

  /// - Throws: a `ValidationError` for an option beside a run's options.
  private func checkWithConfig() throws {
    let given =
      drawing + (trainedRun == nil ? [] : ["--run"]) + (gradient == nil ? [] : ["--gradient"])
      + (inputStd == 1 ? [] : ["--input-std"])
    if let option = given.first {
      throw ValidationError("\(option): --config says what is looked at, and with what.")
    }
    switch (earlier.config?.config.kind, network) {
    case (.gan, .generator), (.gan, .discriminator), (.classifier, nil), (.classifier, .classifier):
      break
    case (.gan, _):
      throw ValidationError("--network: the run in --config has a generator and a discriminator.")
    default: throw ValidationError("--network: the run in --config has a classifier.")
    }
  }

  /// - Throws: a `ValidationError` for an option beside a run's weights.
  private func checkWithRun() throws {
    if network == nil || network == .mlp {
      throw ValidationError(
        "--run: has a generator and a discriminator, or a classifier; name one with --network.")
    }
    if let option = (drawing + (trials > 1 ? ["--trials"] : [])).first {
      throw ValidationError("\(option): the run in --run has its own weights and sizes.")
    }
  }

  /// - Throws: a `ValidationError` for an option that the network leaves without a meaning.
  private func checkMeaningless() throws {
    let network = network ?? .mlp
    if gradient == .labels && (![.mlp, .classifier].contains(network) || data == nil) {
      throw ValidationError(
        "--gradient labels: applies to --network mlp and classifier with --data.")
    }
    if network == .classifier && trainedRun == nil && (gradient == .normal || inputStd != 1) {
      throw ValidationError(
        "\(gradient == .normal ? "--gradient normal" : "--input-std"): a classifier is looked at with "
          + "images and labels; without, there is --network mlp.")
    }
    if data != nil && network == .generator {
      throw ValidationError("--data: a generator takes noise, not images.")
    }
    let ofNetworks = NetworkOptions.rows.given(in: networks)
    if let option = ofNetworks.first, network == .mlp || network == .classifier {
      throw ValidationError("\(option): applies to --network generator and discriminator.")
    }
    let ofMLP = (layers == nil ? [] : ["--layers"]) + (width == nil ? [] : ["--width"])
    if let option = ofMLP.first, network == .generator || network == .discriminator {
      throw ValidationError(
        "\(option): applies to --network mlp and classifier; the GAN's have their own.")
    }
    let other = network == .generator ? "--discriminator-layers" : "--generator-layers"
    if trainedRun == nil && network != .mlp && ofNetworks.contains(other) {
      throw ValidationError("\(other): --network names the other one.")
    }
  }

  func run() throws {
    KernelRestart.restartIfWorthwhile()
    let subject = try ProbeSubject(self)
    var tables = LayerCSV(initialization: subject.source)
    var looks: [NetworkLook] = []
    for trial in 1...trials {
      let look = try subject.look(trial: trial)
      tables.add(look, trial: trial)
      looks.append(look)
    }
    let report = ProbeReport(looks, width: Terminal.width(of: STDOUT_FILENO))
    try StandardOutput.print(
      ["\(subject.source), \(looks[0].name), \(subject.inputDescription)"] + report.lines)
    if let output {
      try tables.write(to: output)
      try StandardOutput.print(
        "the tables are in \(output)/layers.csv, histograms.csv and verdict.csv")
    }
  }
}
