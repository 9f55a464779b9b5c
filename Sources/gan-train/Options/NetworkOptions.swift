import ArgumentParser
import GANLab

extension Activation: ExpressibleByArgument {}

// Numbers are parsed `.unconditional`: so "--epochs -3" is a wrong number, not a missing one.

/// The shape of a GAN's networks.
struct NetworkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      The length of the noise vector that the generator starts from, 1 to 16384 \
      (default: \(Self.defaults.latentSize)).
      """)
  var latentSize: Int?

  @Option(
    help: ArgumentHelp(
      "The generator's hidden layers: sizes from 1 to 16384, with commas between (default: "
        + "\(LayerSizes.text(Self.defaults.generatorLayers))).", valueName: "sizes"))
  var generatorLayers: LayerSizes?

  @Option(
    help: ArgumentHelp(
      "The discriminator's hidden layers: sizes from 1 to 16384, with commas between (default: "
        + "\(LayerSizes.text(Self.defaults.discriminatorLayers))).", valueName: "sizes"))
  var discriminatorLayers: LayerSizes?

  @OptionGroup var activation: ActivationOptions

  private static let defaults = GANConfiguration()

  static var rows: [OptionRow<Self, GANConfiguration>] {
    [
      OptionRow("--latent-size", \.latentSize, \.latentSize, in: 1...LayerSizes.largest),
      OptionRow(
        "--generator-layers", \.generatorLayers?.sizes, \.generatorLayers, as: LayerSizes.text),
      OptionRow(
        "--discriminator-layers", \.discriminatorLayers?.sizes, \.discriminatorLayers,
        as: LayerSizes.text),
      OptionRow(
        "--hidden-activation", \.activation.hiddenActivation, \.hiddenActivation, as: \.rawValue),
      OptionRow(
        "--leaky-slope", \.activation.leakySlope, \.leakySlope, must: "from 0 to 1"
      ) { (0...1).contains($0) },
    ]
  }

  func validate() throws { try Self.rows.check(self) }
}

/// The activation of hidden layers.
struct ActivationOptions: ParsableArguments {
  @Option(
    name: [.customLong("hidden-activation"), .customLong("activation")],
    help:
      "The activation of every hidden layer (default: \(Self.defaults.hiddenActivation.rawValue)).")
  var hiddenActivation: Activation?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The leaky ReLU's slope below zero, from 0 to 1 (default: \(Self.defaults.leakySlope)).",
      valueName: "slope"))
  var leakySlope: Float?

  private static let defaults = GANConfiguration()
}

/// The sizes of hidden layers, such as 256,512,1024.
struct LayerSizes: ExpressibleByArgument {
  static let largest = 16_384
  let sizes: [Int]

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...32).contains(sizes.count) else { return nil }
    self.sizes = sizes.compactMap { $0 }.filter { (1...Self.largest).contains($0) }
    if self.sizes.count < sizes.count { return nil }
  }

  static func text(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: ",")
  }
}
