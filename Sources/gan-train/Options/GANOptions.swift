import ArgumentParser
import GANLab

/// All options that decide the outcome of a GAN's run, and the arguments that stand for a
/// configuration.
struct GANOptions: ParsableArguments {
  @OptionGroup(title: "Initialisation")
  var initialization: InitializationOptions

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Seed and threads")
  var seeding: SeedOptions

  var configuration: GANConfiguration {
    var configuration = GANConfiguration()
    configuration.threads = CPU.usableThreads
    configuration.initializer = initialization.initializer
    NetworkOptions.rows.apply(networks, to: &configuration)
    TrainingOptions.rows().apply(training, to: &configuration)
    SeedOptions.rows().apply(seeding, to: &configuration)
    return configuration
  }

  /// The options that were given.
  var given: [String] {
    initialization.given + NetworkOptions.rows.given(in: networks)
      + TrainingOptions.rows(for: GANConfiguration.self).given(in: training)
      + SeedOptions.rows(for: GANConfiguration.self).given(in: seeding)
  }

  /// The arguments that stand for `configuration`.
  static func arguments(for configuration: GANConfiguration) -> [String] {
    InitializationOptions.arguments(for: configuration)
      + NetworkOptions.rows.arguments(for: configuration)
      + TrainingOptions.rows().arguments(for: configuration)
      + SeedOptions.rows().arguments(for: configuration)
  }
}
