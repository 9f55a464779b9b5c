/// `layers.csv` and `histograms.csv`: what probes found, as tidy tables.
package struct LayerCSV {
  package static let layersHeader = [
    "init", "network", "trial", "layer", "inputs", "outputs", "activation", "scheme", "z_mean",
    "z_std",
    "a_mean", "a_std", "a_rms", "zero_share", "saturated_share", "gradient_mean", "gradient_std",
    "weight_gradient_mean", "weight_gradient_std", "bias_gradient_std", "a_std_ratio",
    "gradient_std_ratio", "jacobian_singular_value",
  ]
  package static let histogramsHeader = [
    "init", "network", "trial", "layer", "quantity", "bin_low", "bin_high", "count",
  ]

  private let initialization: String
  private let network: String
  private var layers = CSV(header: layersHeader)
  private var histograms = CSV(header: histogramsHeader)

  /// - Parameter initialization: what the column `init` says, an initialiser's label or a run.
  /// - Parameter network: what the column `network` says.
  package init(initialization: String, network: String) {
    self.initialization = initialization
    self.network = network
  }

  /// Adds a row a layer.
  ///
  /// - Parameter trial: from 1; histograms are kept of the first.
  /// - Parameter schemes: what each layer was drawn by.
  package mutating func add(_ probe: LayerProbe, trial: Int, schemes: [String]) {
    for (index, layer) in probe.layers.enumerated() {
      let before = index == 0 ? probe.input : probe.layers[index - 1].activation
      let after = index + 1 < probe.layers.count ? probe.layers[index + 1].gradient : nil
      let numbers: [Double?] = [
        layer.preActivation.mean, layer.preActivation.standardDeviation, layer.activation.mean,
        layer.activation.standardDeviation, layer.activation.rootMeanSquare, layer.zeroShare,
        layer.saturatedShare, layer.gradient.mean, layer.gradient.standardDeviation,
        layer.weightGradient.mean, layer.weightGradient.standardDeviation,
        layer.biasGradient.standardDeviation,
        layer.activation.standardDeviation / before.standardDeviation,
        after.map { layer.gradient.standardDeviation / $0.standardDeviation },
        layer.jacobianSingularValue,
      ]
      layers.append(
        [
          initialization, network, "\(trial)", "\(index + 1)", "\(layer.inputs)",
          "\(layer.outputs)", layer.function.rawValue, schemes[index],
        ] + numbers.map { CSV.number($0) })
    }
    if trial > 1 { return }
    for (index, layer) in probe.layers.enumerated() {
      for (quantity, histogram) in [
        ("activation", layer.activationHistogram), ("gradient", layer.gradientHistogram),
      ] {
        for (bin, count) in histogram.counts.enumerated() {
          let (low, high) = histogram.edges(bin)
          histograms.append([
            initialization, network, "\(trial)", "\(index + 1)", quantity, CSV.number(low),
            CSV.number(high), "\(count)",
          ])
        }
      }
    }
  }

  /// Writes both files into `directory`, which is made if need be.
  ///
  /// - Throws: ``StorageError``.
  package func write(to directory: String) throws(StorageError) {
    try makeDirectories(directory)
    try layers.write(to: directory + "/layers.csv")
    try histograms.write(to: directory + "/histograms.csv")
  }
}
