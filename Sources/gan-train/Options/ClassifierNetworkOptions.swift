import ArgumentParser
import GANLab

/// The shape of a classifier's network.
struct ClassifierNetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The hidden layers: sizes from 1 to 16384, with commas between (default: "
        + "\(LayerSizes.text(ClassifierConfiguration().hiddenLayers))).", valueName: "sizes"))
  var hiddenLayers: LayerSizes?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "So many hidden layers of one width instead, 1 to \(LayerSizes.mostLayers).",
      valueName: "count"))
  var layers: Int?

  @Option(parsing: .unconditional, help: "The width of --layers, 1 to 16384 (default: 300).")
  var width: Int?

  static var rows: [OptionRow<Self, ClassifierConfiguration>] {
    [
      OptionRow(
        "--hidden-layers", \.sizes, \.hiddenLayers, as: LayerSizes.text)
    ]
  }

  static let names = ["--hidden-layers", "--layers", "--width"]

  /// The options that were given, as arguments.
  var argumentsGiven: [String] {
    let values = [
      hiddenLayers.map { LayerSizes.text($0.sizes) }, layers.map(String.init),
      width.map(String.init),
    ]
    return zip(Self.names, values).flatMap { name, value in value.map { [name, $0] } ?? [] }
  }

  private var sizes: [Int]? {
    layers.map { [Int](repeating: width ?? 300, count: $0) } ?? hiddenLayers?.sizes
  }

  func validate() throws {
    try check("--layers", layers, in: 1...LayerSizes.mostLayers)
    try check("--width", width, in: 1...LayerSizes.largest)
    if hiddenLayers != nil && layers != nil {
      throw ValidationError("--layers: --hidden-layers says how many there are; give one.")
    }
    if width != nil && layers == nil {
      throw ValidationError("--width: applies to --layers, which is not given.")
    }
  }
}
