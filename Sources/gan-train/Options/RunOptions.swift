import ArgumentParser
import GANLab

/// All options that decide the outcome of a run of one kind, and the arguments that stand for a
/// configuration.
protocol RunOptions: ParsableArguments {
  associatedtype Model: Trainable
  associatedtype NetworkRows: ParsableArguments

  static var networkRows: [OptionRow<NetworkRows, Model.Configuration>] { get }
  /// The options of the network.
  static var networkNames: [String] { get }

  /// The options of the network that were given, as they were given.
  var networkArgumentsGiven: [String] { get }

  var earlier: ConfigOptions { get }
  var initialization: InitializationOptions { get }
  var networks: NetworkRows { get }
  var activation: ActivationOptions<Model.Configuration> { get }
  var training: TrainingOptions<Model.Configuration> { get }
  var seeding: SeedOptions<Model.Configuration> { get }
}

extension RunOptions {
  typealias Configuration = Model.Configuration

  var configuration: Configuration {
    var configuration = Configuration()
    configuration.threads = CPU.usableThreads
    // Whether it can be read was found out when the options were checked.
    if let found = try? earlier.config?.config.configuration(Configuration.self) {
      configuration = found
    }
    configuration.initializer = initialization.initializer(over: configuration.initializer)
    Self.networkRows.apply(networks, to: &configuration)
    ActivationOptions.rows.apply(activation, to: &configuration)
    training.apply(to: &configuration)
    SeedOptions.rows.apply(seeding, to: &configuration)
    return configuration
  }

  /// - Throws: a `ValidationError` for the configuration of another kind of run.
  func validate() throws {
    if let config = earlier.config, config.config.kind != Model.kind {
      throw ValidationError(
        "--config \(config.path): of a \(config.config.kind.rawValue), expected one of a "
          + "\(Model.kind.rawValue).")
    }
    _ = try earlier.config?.config.configuration(Configuration.self)
  }

  /// The options that were given.
  var given: [String] {
    (earlier.config == nil ? [] : ["--config"]) + initialization.given
      + networkArgumentsGiven.filter { $0.hasPrefix("--") }
      + ActivationOptions<Configuration>.rows.given(in: activation)
      + TrainingOptions<Configuration>.rows.given(in: training)
      + SeedOptions<Configuration>.rows.given(in: seeding)
  }

  /// The same as arguments.
  var argumentsGiven: [String] {
    (earlier.config.map { ["--config", $0.path] } ?? []) + initialization.argumentsGiven
      + networkArgumentsGiven
      + ActivationOptions<Configuration>.rows.argumentsGiven(in: activation)
      + TrainingOptions<Configuration>.rows.argumentsGiven(in: training)
      + SeedOptions<Configuration>.rows.argumentsGiven(in: seeding)
  }

  /// The options that runs of a comparison may differ in: what decides a run's outcome but for its
  /// length, the seed and the machine.
  static var variable: [String] {
    InitializationOptions.names + networkNames + ActivationOptions<Configuration>.rows.map(\.name)
      + TrainingOptions<Configuration>.rows.map(\.name).filter {
        $0 != "--epochs" && $0 != "--max-steps"
      }
  }

  /// The arguments that stand for `configuration`.
  static func arguments(for configuration: Configuration) -> [String] {
    InitializationOptions.arguments(for: configuration)
      + networkRows.arguments(for: configuration)
      + ActivationOptions<Configuration>.rows.arguments(for: configuration)
      + TrainingOptions<Configuration>.rows.arguments(for: configuration)
      + SeedOptions<Configuration>.rows.arguments(for: configuration)
  }
}

extension RunKind {
  /// The subcommand that trains.
  var command: String {
    switch self {
    case .gan: "train"
    case .classifier: "classify"
    }
  }

  /// The words before the directory of a run that is to go on.
  var resumeCommand: String {
    self == .gan ? "gan-train --resume" : "gan-train \(command) --resume"
  }
}

/// A GAN's options.
struct GANOptions: RunOptions {
  typealias Model = GAN
  static var networkRows: [OptionRow<NetworkOptions, GANConfiguration>] { NetworkOptions.rows }
  static var networkNames: [String] { networkRows.map(\.name) }
  var networkArgumentsGiven: [String] { NetworkOptions.rows.argumentsGiven(in: networks) }

  @OptionGroup(title: "Initialisation")
  var initialization: InitializationOptions

  @OptionGroup(title: "Networks")
  var networks: NetworkOptions

  @OptionGroup(title: "Networks")
  var activation: ActivationOptions<GANConfiguration>

  @OptionGroup(title: "Training")
  var training: TrainingOptions<GANConfiguration>

  @OptionGroup(title: "An earlier run")
  var earlier: ConfigOptions

  @OptionGroup(title: "Seed and threads")
  var seeding: SeedOptions<GANConfiguration>
}

/// A classifier's options.
struct ClassifierOptions: RunOptions {
  typealias Model = Classifier
  static var networkRows: [OptionRow<ClassifierNetworkOptions, ClassifierConfiguration>] {
    ClassifierNetworkOptions.rows
  }
  static var networkNames: [String] { ClassifierNetworkOptions.names }
  var networkArgumentsGiven: [String] { networks.argumentsGiven }

  @OptionGroup(title: "Initialisation")
  var initialization: InitializationOptions

  @OptionGroup(title: "Network")
  var networks: ClassifierNetworkOptions

  @OptionGroup(title: "Network")
  var activation: ActivationOptions<ClassifierConfiguration>

  @OptionGroup(title: "Training")
  var training: TrainingOptions<ClassifierConfiguration>

  @OptionGroup(title: "An earlier run")
  var earlier: ConfigOptions

  @OptionGroup(title: "Seed and threads")
  var seeding: SeedOptions<ClassifierConfiguration>
}
