import ArgumentParser
import GANLab

extension Activation: ExpressibleByArgument {}

/// The activation of hidden layers.
struct ActivationOptions<Configuration: TrainingConfiguration>: ParsableArguments {
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

  private static var defaults: Configuration { Configuration() }

  static var rows: [OptionRow<Self, Configuration>] {
    [
      OptionRow("--hidden-activation", \.hiddenActivation, \.hiddenActivation, as: \.rawValue),
      OptionRow("--leaky-slope", \.leakySlope, \.leakySlope, must: "from 0 to 1") {
        (0...1).contains($0)
      },
    ]
  }

  func validate() throws { try Self.rows.check(self) }
}
