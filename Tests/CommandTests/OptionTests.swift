import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import GANLab
@testable import gan_train

/// Options, the configuration that they make, and the arguments that stand for one.
struct OptionTests {
  /// A value other than the default for every field of a configuration, by its key in config.json.
  static let changes: [String: @Sendable (inout GANConfiguration) -> Void] = [
    "initializer": {
      $0.initializer = Initializer(
        .he, distribution: .truncatedNormal, slope: 0.1 + 0.2, gain: 1 / 3)
    },
    "generator_initializer": { $0.generatorInitializer = Initializer(.lecun, mode: .fanOut) },
    "discriminator_initializer": { $0.discriminatorInitializer = Initializer(.lsuv) },
    "epochs": { $0.epochs = 7 },
    "batch_size": { $0.batchSize = 33 },
    "optimizer": { ($0.optimizer, $0.learningRate) = (.sgd, 0.1) },
    "learning_rate": { $0.learningRate = 1 / 3 },
    "momentum": { ($0.optimizer, $0.momentum) = (.momentum, 0.5) },
    "beta1": { $0.beta1 = 0.1 },
    "beta2": { $0.beta2 = 0.99 },
    "epsilon": { $0.epsilon = 1e-12 },
    "latent_size": { $0.latentSize = 3 },
    "generator_layers": { $0.generatorLayers = [5] },
    "discriminator_layers": { $0.discriminatorLayers = [4, 3, 2, 1] },
    "hidden_activation": { $0.hiddenActivation = .sigmoid },
    "leaky_slope": { $0.leakySlope = 0.3 },
    "seed": { $0.seed = .max },
    "threads": { $0.threads = 201 },
    "maximum_steps": { $0.maximumSteps = 9 },
  ]

  /// The same for a classifier; what both have is in ``changes``.
  static let classifierChanges: [String: @Sendable (inout ClassifierConfiguration) -> Void] = [
    "initializer": { $0.initializer = Initializer(.he) },
    "epochs": { $0.epochs = 7 },
    "batch_size": { $0.batchSize = 33 },
    "optimizer": { ($0.optimizer, $0.learningRate) = (.adam, 0.001) },
    "learning_rate": { $0.learningRate = 1 / 3 },
    "momentum": { ($0.optimizer, $0.momentum) = (.momentum, 0.5) },
    "beta1": { ($0.optimizer, $0.beta1) = (.adam, 0.1) },
    "beta2": { ($0.optimizer, $0.beta2) = (.adam, 0.99) },
    "epsilon": { ($0.optimizer, $0.epsilon) = (.adam, 1e-12) },
    "hidden_layers": { $0.hiddenLayers = [7] },
    "hidden_activation": { $0.hiddenActivation = .softsign },
    "leaky_slope": { $0.leakySlope = 0.3 },
    "seed": { $0.seed = .max },
    "threads": { $0.threads = 201 },
    "maximum_steps": { $0.maximumSteps = 9 },
  ]

  private func parsed<Options: RunOptions>(
    _ configuration: Options.Configuration, _ type: Options.Type
  ) throws -> Options.Configuration {
    try TrainCommand<Options>.parse(Options.arguments(for: configuration)).options.configuration
  }

  /// Through a config.json and --config.
  private func reread<Options: RunOptions>(
    _ configuration: Options.Configuration, _ type: Options.Type, _ others: String...
  ) throws -> Options.Configuration {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/config.json"
    try RunConfig(
      kind: Options.Model.kind, experiment: configuration, dataPath: "",
      data: DataDescription(images: 1, rows: 1, columns: 1, sha256: "")
    ).write(to: path)
    return try TrainCommand<Options>.parse(["--config", path] + others).options.configuration
  }

  @Test func `options are taken from a config.json, and those given besides come first`() throws {
    for change in Self.changes.values {
      var configuration = GANConfiguration()
      change(&configuration)
      #expect(try reread(configuration, GANOptions.self) == configuration)
    }
    for change in Self.classifierChanges.values {
      var configuration = ClassifierConfiguration()
      change(&configuration)
      #expect(try reread(configuration, ClassifierOptions.self) == configuration)
    }
    var configuration = ClassifierConfiguration()
    (configuration.optimizer, configuration.learningRate) = (.adam, 0.5)
    let changed = try reread(configuration, ClassifierOptions.self, "--seed", "7", "--gain", "3")
    #expect(changed.seed == 7 && changed.optimizer == .adam && changed.learningRate == 0.5)
    #expect(changed.initializer.label == "xavier-he:gain=3")
    // Another optimiser brings its own learning rate.
    #expect(
      try reread(configuration, ClassifierOptions.self, "--optimizer", "sgd").learningRate == 0.1)
    #expect(throws: (any Error).self) {
      let directory = try TemporaryDirectory()
      let path = directory.path + "/config.json"
      try RunConfig(
        kind: .gan, experiment: GANConfiguration(), dataPath: "",
        data: DataDescription(images: 1, rows: 1, columns: 1, sha256: "")
      ).write(to: path)
      _ = try Classify.parse(["--config", path])
    }
  }

  private func expectRoundTrips<Options: RunOptions>(
    _ changes: [String: @Sendable (inout Options.Configuration) -> Void], _ type: Options.Type
  ) throws {
    typealias Configuration = Options.Configuration
    var all = Configuration()
    for (key, change) in changes.sorted(by: { $0.key < $1.key }) {
      var configuration = Configuration()
      change(&configuration)
      // Of the optimisers one at a time can have its own options.
      if configuration.optimizer == Configuration().optimizer { change(&all) }
      #expect(configuration != Configuration(), "\(key) is as by default")
      #expect(try parsed(configuration, type) == configuration, "\(key)")

      #expect(try JSONValue(configuration).decode(Configuration.self) == configuration)
      var tree = try JSONValue(Configuration())
      tree[key] = nil
      let completed = try JSON.decode(
        Configuration.self, from: JSON.compact(tree), defaults: Configuration())
      #expect(completed == Configuration(), "\(key)")
    }
    #expect(try parsed(all, type) == all)
    #expect(try parsed(Configuration(), type) == Configuration())
    all.maximumSteps = 1
    guard case .object(let members) = try JSONValue(all) else {
      Issue.record("a configuration is no object")
      return
    }
    #expect(Set(members.keys) == Set(changes.keys), "a field without a change here")
  }

  @Test func `every field goes through the command line and back, and through JSON`() throws {
    try expectRoundTrips(Self.changes, GANOptions.self)
    try expectRoundTrips(Self.classifierChanges, ClassifierOptions.self)
  }

  @Test func `an optimiser brings its own learning rate, and refuses another's options`() throws {
    func configuration(_ arguments: String...) throws -> ClassifierConfiguration {
      try Classify.parse(arguments).options.configuration
    }
    #expect(try configuration("--optimizer", "adam").learningRate == 0.001)
    #expect(try configuration("--optimizer", "adam", "--learning-rate", "0.1").learningRate == 0.1)
    #expect(try configuration().learningRate == 0.1)
    #expect(throws: (any Error).self) { try configuration("--momentum", "0.5") }
    #expect(throws: (any Error).self) { try configuration("--beta1", "0.5") }
    #expect(try configuration("--layers", "3", "--width", "7").hiddenLayers == [7, 7, 7])
    #expect(throws: (any Error).self) { try configuration("--layers", "3", "--hidden-layers", "7") }
    #expect(throws: (any Error).self) { try configuration("--width", "3", "--hidden-layers", "7") }
    #expect(try configuration("--width", "3").hiddenLayers == [3, 3])
    #expect(try configuration("--layers", "1").hiddenLayers == [300])
  }

  @Test func `options are parts of the initialiser's label`() throws {
    func initializer(_ arguments: String...) throws -> Initializer {
      try Train.parse(arguments).options.configuration.initializer
    }
    #expect(try initializer("--init", "random", "--init-std", "0.5").label == "random:0.5")
    #expect(
      try initializer("--init", "he:slope=0.2", "--init-distribution", "uniform", "--gain", "2")
        .label
        == "he:uniform:slope=0.2:gain=2")
    #expect(try initializer("--init-slope", "0.5").label == "xavier-he:slope=0.5")
  }

  @Test(
    arguments: [
      (["--init", "random:1", "--init-std", "0.5"], "--init-std: --init random:1 says it already"),
      (["--init", "xavier:uniform:normal"], "says distribution twice"),
      (["--init", "he:gain=2", "--gain", "2"], "--gain: --init he:gain=2 says it already"),
      (["--init", "random:abc"], "--init abc: expected, for random, a standard deviation above 0"),
      (["--init", "random:-1"], "--init std -1: must be a number above 0"),
      (["--init", "radnom"], "--init radnom: no such initialiser; expected one of random, xavier"),
      (["--init", "he:slope=x"], "--init slope x: must be a number from 0"),
    ] as [([String], String)])
  func `contradictions and mistakes in an initialiser are named`(
    arguments: [String], message: String
  ) throws {
    let directory = try TemporaryDirectory()
    let outcome = try Program.run(arguments, in: directory.path)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// The document has every option, and no other.
  @Test func `the README's table of options is the program's`() throws {
    let readme = try String(contentsOf: Self.readme, encoding: .utf8)
    let section = try #require(readme.components(separatedBy: "### Options").last)
      .components(separatedBy: "The initialisers by")[0]
    let documented = Set(
      section.matches(of: #/^\| (`--[^|]*)\|/#.anchorsMatchLineEndings()).flatMap {
        $0.1.matches(of: #/`(--[a-z0-9-]+)`/#).map { String($0.1) }
      })
    let help = Train.helpMessage(columns: 1000)
    let offered = Set(
      help.matches(of: #/^  (--[a-z0-9-]+)/#.anchorsMatchLineEndings()).map { String($0.1) }
    )
    .subtracting(["--version", "--help"])
    #expect(offered.count > 20)
    #expect(documented == offered)
  }

  @Test func `the README's table of columns is the file's`() throws {
    let readme = try String(contentsOf: Self.readme, encoding: .utf8)
    let section = try #require(readme.components(separatedBy: "## The table").last)
      .components(separatedBy: "\n## ")[0]
    let documented = section.matches(of: #/^\| (`[^|]*)\|/#.anchorsMatchLineEndings()).flatMap {
      $0.1.matches(of: #/`([a-z_]+)`/#).map { String($0.1) }
    }
    #expect(Set(documented) == Set(RunTables<GAN>.metricsColumns + ["init", "seed"]))
    #expect(documented.count == RunTables<GAN>.metricsColumns.count + 2)
  }

  private static var readme: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("README.md")
  }
}
