/// What theory says of a network's signals at initialisation, layer by layer (``MeanField``).
package struct SignalPrediction: Sendable {
  package struct Layer: Sendable {
    /// q: the mean square of the pre-activations.
    package let variance: Double
    /// c: the correlation between two inputs.
    package let correlation: Double
    /// σ_w² E φ′²: by how much the layer multiplies the square of a small difference.
    package let chi: Double
  }

  package let layers: [Layer]
  /// Of the hidden layers, if they went on for ever; nil where the layers' schemes differ or there is none.
  package let phase: MeanField.Phase?

  /// Follows a signal through a network with weights of an initialiser.
  ///
  /// - Parameter probe: of the network; its input's size and correlation are where the signal begins.
  /// - Returns: nil for ``Initializer/Scheme/file``, whose weights no theory knows.
  package init?(_ network: MLP, _ initializer: Initializer, _ probe: LayerProbe) {
    if initializer.scheme == .file { return nil }
    var meanSquare = probe.input.rootMeanSquare * probe.input.rootMeanSquare
    var product = meanSquare * (probe.inputCorrelation ?? 0)
    var layers: [Layer] = []
    for layer in network.layers {
      let field = MeanField(layer.activation, slope: Double(network.leakySlope))
      var weight = Self.weightVariance(layer, initializer)
      let bias = Self.biasVariance(layer, initializer)
      // Each layer of ``LSUV`` is divided until its variance is the gain's square.
      if initializer.scheme == .lsuv {
        weight = meanSquare > 0 ? Double(initializer.gain * initializer.gain) / meanSquare : 0
      }
      let variance = weight * meanSquare + bias
      let correlation = variance > 0 ? (weight * product + bias) / variance : 1
      layers.append(
        Layer(
          variance: variance, correlation: correlation,
          chi: weight * field.meanSquareDerivative(variance: variance)))
      meanSquare = field.meanSquare(variance: variance)
      product = field.meanProduct(variance, variance, correlation: correlation)
    }
    self.layers = layers
    phase = Self.phase(network, initializer)
  }

  /// σ_w²: the weights' variance times the number of inputs.
  private static func weightVariance(_ layer: MLP.Layer, _ initializer: Initializer) -> Double {
    let deviation = Double(
      initializer.standardDeviation(
        fanIn: layer.inputs, fanOut: layer.outputs, before: layer.activation))
    return deviation * deviation * Double(layer.inputs)
  }

  private static func biasVariance(_ layer: MLP.Layer, _ initializer: Initializer) -> Double {
    let deviation =
      initializer.scheme == .pytorch
      ? Double(
        initializer.standardDeviation(
          fanIn: layer.inputs, fanOut: layer.outputs, before: layer.activation))
      : Double(initializer.biasStandardDeviation)
    return deviation * deviation
  }

  /// That of the last hidden layer, if another one like it could follow.
  private static func phase(_ network: MLP, _ initializer: Initializer) -> MeanField.Phase? {
    guard initializer.scheme != .lsuv,
      let layer = network.layers.last(where: { $0.inputs == $0.outputs })
    else { return nil }
    return MeanField(layer.activation, slope: Double(network.leakySlope)).phase(
      weightVariance: weightVariance(layer, initializer),
      biasVariance: biasVariance(layer, initializer))
  }
}
