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

  @Option(
    parsing: .unconditional,
    help: "The width of --layers, 1 to 16384 (default: 300); without --layers, of two.")
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
    if layers == nil && width == nil { return hiddenLayers?.sizes }
    return [Int](repeating: width ?? 300, count: layers ?? 2)
  }

  func validate() throws {
    try check("--layers", layers, in: 1...LayerSizes.mostLayers)
    try check("--width", width, in: 1...LayerSizes.largest)
    if let option = layers != nil ? "--layers" : width != nil ? "--width" : nil, hiddenLayers != nil
    {
      throw ValidationError("\(option): --hidden-layers says all sizes; give one of the two.")
    }
  }
}
