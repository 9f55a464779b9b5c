/// `layers.csv`, `histograms.csv` and `verdict.csv`: what probes found, as tidy tables.
package struct LayerCSV {
  /// A layer's columns, from 1.
  static let statistics = [
    "layer", "inputs", "outputs", "activation", "scheme", "z_mean", "z_std", "correlation",
    "spread", "a_mean", "a_std", "a_rms", "zero_share", "saturated_share", "gradient_mean",
    "gradient_std",
    "weight_gradient_mean", "weight_gradient_std", "bias_gradient_std", "a_std_ratio",
    "gradient_std_ratio",
  ]
  /// A bin's columns.
  static let bins = ["layer", "quantity", "bin_low", "bin_high", "count"]

  package static let layersHeader =
    ["init", "network", "trial"] + statistics
    + ["jacobian_singular_value", "predicted_z_rms", "predicted_correlation"]
  package static let histogramsHeader = ["init", "network", "trial"] + bins

  private let initialization: String
  private var layers = CSV(header: layersHeader)
  private var histograms = CSV(header: histogramsHeader)
  private var verdicts = CSV(header: ["init", "network", "trial"] + VerdictCSV.columns)

  /// - Parameter initialization: what the column `init` says, an initialiser's label or a run.
  package init(initialization: String) { self.initialization = initialization }

  /// Adds a row a layer, and one for the verdict.
  ///
  /// - Parameter trial: from 1; histograms are kept of the first.
  package mutating func add(_ look: NetworkLook, trial: Int) {
    let place = [initialization, look.name, "\(trial)"]
    for (index, row) in Self.rows(of: look.probe, schemes: look.schemes).enumerated() {
      let predicted = look.prediction?.layers[index]
      layers.append(
        place + row
          + [
            look.probe.layers[index].jacobianSingularValue, predicted?.variance.squareRoot(),
            predicted?.correlation,
          ].map { CSV.number($0) })
    }
    if !look.isTrained {
      for row in VerdictCSV.rows(of: look) { verdicts.append(place + row) }
    }
    if trial > 1 { return }
    for row in Self.histogramRows(of: look.probe, [.activation, .gradient]) {
      histograms.append(place + row)
    }
  }

  /// A row a layer, in the columns ``statistics``.
  static func rows(of probe: LayerProbe, schemes: [String]) -> [[String]] {
    probe.layers.enumerated().map { index, layer in
      let before = index == 0 ? probe.input : probe.layers[index - 1].activation
      let after = index + 1 < probe.layers.count ? probe.layers[index + 1].gradient : nil
      let numbers: [Double?] = [
        layer.preActivation.mean, layer.preActivation.standardDeviation, layer.correlation,
        layer.spread, layer.activation.mean,
        layer.activation.standardDeviation, layer.activation.rootMeanSquare, layer.zeroShare,
        layer.saturatedShare, layer.gradient.mean, layer.gradient.standardDeviation,
        layer.weightGradient.mean, layer.weightGradient.standardDeviation,
        layer.biasGradient.standardDeviation,
        layer.activation.standardDeviation / before.standardDeviation,
        after.map { layer.gradient.standardDeviation / $0.standardDeviation },
      ]
      return [
        "\(index + 1)", "\(layer.inputs)", "\(layer.outputs)", layer.function.rawValue,
        schemes[index],
      ] + numbers.map { CSV.number($0) }
    }
  }

  /// What histograms are of.
  enum Quantity: String {
    case activation, gradient
  }

  /// A row a bin, in the columns ``bins``.
  static func histogramRows(of probe: LayerProbe, _ quantities: [Quantity]) -> [[String]] {
    probe.layers.enumerated().flatMap { index, layer in
      quantities.flatMap { quantity in
        let histogram =
          quantity == .activation ? layer.activationHistogram : layer.gradientHistogram
        return histogram.counts.enumerated().map { bin, count in
          let (low, high) = histogram.edges(bin)
          return [
            "\(index + 1)", quantity.rawValue, CSV.number(low), CSV.number(high), "\(count)",
          ]
        }
      }
    }
  }

  /// Writes the files into `directory`, which is made if need be.
  ///
  /// - Throws: ``StorageError``.
  package func write(to directory: String) throws(StorageError) {
    try makeDirectories(directory)
    try layers.write(to: directory + "/layers.csv")
    try histograms.write(to: directory + "/histograms.csv")
    try verdicts.write(to: directory + "/verdict.csv")
  }
}
