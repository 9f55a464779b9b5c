import ArgumentParser
import GANLab

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

  @Option(
    help: ArgumentHelp(
      "How the generator's weights are drawn, in place of --init.", valueName: "init"),
    completion: .list(InitializerLabel.allValueStrings), transform: InitializerLabel.parse)
  var generatorInit: Initializer?

  @Option(
    help: ArgumentHelp(
      "How the discriminator's weights are drawn, in place of --init.", valueName: "init"),
    completion: .list(InitializerLabel.allValueStrings), transform: InitializerLabel.parse)
  var discriminatorInit: Initializer?

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
        "--generator-init", \.generatorInit, \.generatorInitializer, as: \.label),
      OptionRow(
        "--discriminator-init", \.discriminatorInit, \.discriminatorInitializer, as: \.label),
    ]
  }

  func validate() throws { try Self.rows.check(self) }
}
