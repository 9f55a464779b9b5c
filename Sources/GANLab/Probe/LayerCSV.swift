/// `layers.csv` and `histograms.csv`: what probes found, as tidy tables.
public struct LayerCSV {
  public static let layersHeader =
    "init,network,trial,layer,inputs,outputs,activation,scheme,z_mean,z_std,a_mean,a_std,a_rms,"
    + "zero_share,saturated_share,gradient_mean,gradient_std,weight_gradient_mean,"
    + "weight_gradient_std,bias_gradient_std,a_std_ratio,gradient_std_ratio,jacobian_singular_value"
  public static let histogramsHeader =
    "init,network,trial,layer,quantity,bin_low,bin_high,count"

  private let initialization: String
  private let network: String
  private var layers = [layersHeader]
  private var histograms = [histogramsHeader]

  /// - Parameter initialization: what the column `init` says, an initialiser's label or a run.
  /// - Parameter network: what the column `network` says.
  public init(initialization: String, network: String) {
    self.initialization = initialization
    self.network = network
  }

  /// Adds a row a layer.
  ///
  /// - Parameter trial: from 1; histograms are kept of the first.
  /// - Parameter schemes: what each layer was drawn by.
  public mutating func add(_ probe: LayerProbe, trial: Int, schemes: [String]) {
    for (index, layer) in probe.layers.enumerated() {
      let before = index == 0 ? probe.input : probe.layers[index - 1].activation
      let behind = index + 1 < probe.layers.count ? probe.layers[index + 1].gradient : nil
      let numbers: [Double?] = [
        layer.preActivation.mean, layer.preActivation.standardDeviation, layer.activation.mean,
        layer.activation.standardDeviation, layer.activation.rootMeanSquare, layer.zeroShare,
        layer.saturatedShare, layer.gradient.mean, layer.gradient.standardDeviation,
        layer.weightGradient.mean, layer.weightGradient.standardDeviation,
        layer.biasGradient.standardDeviation,
        layer.activation.standardDeviation / before.standardDeviation,
        behind.map { layer.gradient.standardDeviation / $0.standardDeviation },
        layer.jacobianSingularValue,
      ]
      let fields =
        [
          initialization, network, "\(trial)", "\(index + 1)", "\(layer.inputs)",
          "\(layer.outputs)", layer.function.rawValue, schemes[index],
        ] + numbers.map { $0.map { "\($0)" } ?? "" }
      layers.append(fields.joined(separator: ","))
    }
    if trial > 1 { return }
    for (index, layer) in probe.layers.enumerated() {
      for (quantity, histogram) in [
        ("activation", layer.activationHistogram), ("gradient", layer.gradientHistogram),
      ] {
        for (bin, count) in histogram.counts.enumerated() {
          let (low, high) = histogram.edges(bin)
          histograms.append(
            "\(initialization),\(network),\(trial),\(index + 1),\(quantity),\(low),\(high),\(count)"
          )
        }
      }
    }
  }

  /// Writes both files into `directory`, which is made if need be.
  ///
  /// - Throws: ``StorageError``.
  public func write(to directory: String) throws(StorageError) {
    try makeDirectories(directory)
    for (name, lines) in [("layers.csv", layers), ("histograms.csv", histograms)] {
      try AtomicFile.write(
        Array((lines.joined(separator: "\n") + "\n").utf8), to: directory + "/" + name)
    }
  }
}
