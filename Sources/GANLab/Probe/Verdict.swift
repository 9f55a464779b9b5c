/// Whether a network is likely to learn, told from a look at its layers before training.
///
/// It is a rule of two figures, with limits that were chosen on maps of networks that were trained
/// (docs/prediction.md says which, and how often the rule was right on others).
package struct Verdict: Sendable, Equatable {
  /// How far the outputs of different examples lie apart before the last activation
  /// (``LayerProbe/Layer/spread``).
  package let outputSpread: Double
  /// The standard deviation of ∂loss/∂z in the first layer, by that in the last layer before the
  /// output's.
  package let gradientRatio: Double
  /// Of the last hidden layer, or of the only one: the activations' standard deviation, the correlation
  /// between examples, and the shares of activations at an end of the function's range and at zero.
  package let activationDeviation: Double
  package let correlation: Double?
  package let saturatedShare: Double?
  package let zeroShare: Double
  /// The layers, and the depth scale ξ of the theory in layers; nil where it has none.
  package let depth: Int
  package let depthScale: Double?

  /// What becomes of the signal in the last layer.
  package enum Signal: String, Sendable {
    case survives, vanishes, explodes, saturates
  }
  package let signal: Signal

  /// Why a network is unlikely to learn.
  package enum Obstacle: String, Sendable, CaseIterable {
    case signalVanishes = "the signal vanishes"
    case inputsBecomeAlike = "inputs become alike"
    case signalExplodes = "the signal explodes"
    case gradientVanishes = "the gradient vanishes"
    case gradientExplodes = "the gradient explodes"
  }
  /// The first that was found; nil for a network that is likely to learn.
  package let obstacle: Obstacle?

  package var isLikely: Bool { obstacle == nil }

  /// The depth to which theory lets a network learn, in layers: six depth scales
  /// (Schoenholz et al. 2017).
  package var allowedDepth: Double? { depthScale.map { 6 * $0 } }

  /// Where a rule says no.
  package struct Limits: Sendable {
    /// Of ``Verdict/outputSpread``.
    package let spread: ClosedRange<Double>
    /// Of ``Verdict/gradientRatio``.
    package let gradientRatio: ClosedRange<Double>

    /// Those of an optimiser. Adam divides each gradient by its own size, so that small ones do.
    package init(_ optimizer: OptimizerKind) {
      switch optimizer {
      case .sgd, .momentum: (spread, gradientRatio) = (0.016...3.5, 2e-4...35)
      case .adam: (spread, gradientRatio) = (1e-5...250, 2e-5...800)
      }
    }
  }

  package init(_ probe: LayerProbe, _ prediction: SignalPrediction?, optimizer: OptimizerKind) {
    let layers = probe.layers
    let (first, output) = (layers[0], layers[layers.count - 1])
    let hidden = layers[max(0, layers.count - 2)]
    outputSpread = output.spread
    gradientRatio = first.gradient.standardDeviation / hidden.gradient.standardDeviation
    activationDeviation = hidden.activation.standardDeviation
    correlation = hidden.correlation
    saturatedShare = hidden.saturatedShare
    zeroShare = hidden.zeroShare
    depth = layers.count
    depthScale = prediction?.phase?.depthScale
    let limits = Limits(optimizer)
    signal =
      if !outputSpread.isFinite || outputSpread > limits.spread.upperBound {
        .explodes
      } else if let share = hidden.saturatedShare, share > 0.5 {
        .saturates
      } else if output.preActivation.rootMeanSquare < limits.spread.lowerBound {
        .vanishes
      } else {
        .survives
      }
    obstacle =
      if !outputSpread.isFinite || outputSpread > limits.spread.upperBound {
        .signalExplodes
      } else if outputSpread < limits.spread.lowerBound {
        signal == .vanishes ? .signalVanishes : .inputsBecomeAlike
      } else if !(gradientRatio <= limits.gradientRatio.upperBound) {
        .gradientExplodes
      } else if gradientRatio < limits.gradientRatio.lowerBound {
        .gradientVanishes
      } else {
        nil
      }
  }
}
