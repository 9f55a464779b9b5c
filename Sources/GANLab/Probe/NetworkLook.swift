/// A look at one of an experiment's networks.
package struct NetworkLook {
  package let name: String
  package let network: MLP
  /// What each layer was drawn by.
  package let schemes: [String]
  package let probe: LayerProbe
  /// What theory says of the network before training; nil once it was trained, and where theory says
  /// nothing.
  package let prediction: SignalPrediction?
  /// Whether the weights are those of training.
  package let isTrained: Bool

  package init(
    name: String, network: MLP, schemes: [String], probe: LayerProbe,
    prediction: SignalPrediction?, isTrained: Bool
  ) {
    self.name = name
    self.network = network
    self.schemes = schemes
    self.probe = probe
    self.prediction = prediction
    self.isTrained = isTrained
  }

  /// Before training, whether the network is likely to learn.
  package func verdict(for optimizer: OptimizerKind) -> Verdict {
    Verdict(probe, prediction, optimizer: optimizer)
  }
}

extension Experiment {
  /// The examples that a run looks at its layers with.
  package static var lookExamples: Int { 300 }

  /// Looks at every network as it is now, with a batch that stays the same throughout a run.
  ///
  /// - Parameter examples: of images, if there are so many.
  /// - Parameter jacobianExamples: as ``LayerProbe`` takes them.
  package func look(examples: Int = lookExamples, jacobianExamples: Int = 0) -> [NetworkLook] {
    model.probeBatches(data, count: examples).map { batch in
      let initializer = configuration.initializer(of: batch.name)
      let probe = LayerProbe(
        batch.network, input: batch.input, jacobianExamples: jacobianExamples,
        threads: configuration.threads, outputGradient: batch.outputGradient)
      return NetworkLook(
        name: batch.name, network: batch.network,
        schemes: batch.network.layers.map {
          initializer.resolvedScheme(before: $0.activation).rawValue
        },
        probe: probe,
        prediction: step > 0 ? nil : SignalPrediction(batch.network, initializer, probe),
        isTrained: step > 0)
    }
  }
}
