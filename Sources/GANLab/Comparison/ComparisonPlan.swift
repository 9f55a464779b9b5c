import Foundation

/// `compare.json`: the runs of a comparison, every combination of what varies and of seeds.
package struct ComparisonPlan: Codable, Equatable, Sendable {
  package var kind: RunKind
  /// The configuration that all runs have in common, but for what varies and the seed.
  package var experiment: JSONValue
  /// What varies, by the names of its options.
  package var factors: [String]
  package var variants: [Variant]
  package var seeds: [UInt64]
  package var dataPath: String
  package var schedule: RunSchedule
  /// Where it began: its runs are compared with the same kernels, also when it goes on.
  package var machine: MachineDescription?

  /// One combination of what varies.
  package struct Variant: Codable, Equatable, Sendable {
    /// By factor.
    package let values: [String]
    /// The fields of the configuration that it sets, the same ones for all variants.
    package let settings: [String: JSONValue]
  }

  /// - Parameter common: any of the configurations.
  /// - Parameter variants: each factor's value, and the configuration that comes of them.
  /// - Throws: where a configuration does not fit into JSON.
  package init<Configuration: TrainingConfiguration>(
    kind: RunKind, common: Configuration, factors: [String],
    variants: [(values: [String], configuration: Configuration)], seeds: [UInt64], dataPath: String,
    schedule: RunSchedule = RunSchedule()
  ) throws {
    self.kind = kind
    experiment = try JSONValue(common)
    self.factors = factors
    let trees = try variants.map { try JSONValue($0.configuration) }
    let keys = Set(trees.flatMap { $0.keysDiffering(from: trees[0]) })
      .union(factors.contains("init") ? ["initializer"] : [])
    self.variants = zip(variants, trees).map { variant, tree in
      var settings: [String: JSONValue] = [:]
      for key in keys { settings[key] = tree[key] }
      return Variant(values: variant.values, settings: settings)
    }
    self.seeds = seeds
    self.dataPath = dataPath
    self.schedule = schedule
  }

  /// One of the combinations.
  package struct Run<Configuration: TrainingConfiguration>: Sendable {
    /// Its directory's name.
    package let name: String
    package let configuration: Configuration
  }

  /// Seed by seed, so that an early end leaves whole comparisons.
  ///
  /// - Throws: ``StorageError`` where a configuration is not of this type.
  package func runs<Configuration: TrainingConfiguration>(
    _ type: Configuration.Type
  ) throws(StorageError) -> [Run<Configuration>] {
    var runs: [Run<Configuration>] = []
    for seed in seeds {
      for variant in variants {
        var tree = experiment
        for (key, value) in variant.settings { tree[key] = value }
        do {
          var configuration = try tree.decode(type)
          configuration.seed = seed
          runs.append(Run(name: name(variant, seed: seed), configuration: configuration))
        } catch {
          throw StorageError(
            "compare.json: options that are not as gan-train writes them: \(error).")
        }
      }
    }
    return runs
  }

  /// Such as "random-1-optimizer-sgd-seed0".
  private func name(_ variant: Variant, seed: UInt64) -> String {
    let parts = zip(factors, variant.values).map { $0 == "init" ? $1 : "\($0)-\($1)" }
    return RunDirectory.plainName(parts.joined(separator: "-")) + "-seed\(seed)"
  }

  // MARK: Files

  private static func path(in directory: String) -> String { directory + "/compare.json" }

  /// The plan of the comparison in `directory`; nil where there is none.
  ///
  /// - Throws: ``StorageError`` where it is damaged.
  package static func read(from directory: String) throws(StorageError) -> ComparisonPlan? {
    let path = path(in: directory)
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    do {
      let tree = try completed(JSONValue([UInt8](bytes)))
      return try tree.decode(ComparisonPlan.self)
    } catch {
      throw StorageError("\(path): not as gan-train writes it: \(error).")
    }
  }

  /// A file of this version, from one that had `inits` in place of factors and variants.
  private static func completed(_ tree: JSONValue) throws -> JSONValue {
    guard case .array(let inits)? = tree["inits"] else { return tree }
    let initializers = try inits.map { try Initializer(label: $0.text) }
    let plan = try ComparisonPlan(
      kind: .gan,
      common: JSON.decode(
        GANConfiguration.self, from: JSON.compact(tree["experiment"]), defaults: GANConfiguration()),
      factors: ["init"],
      variants: initializers.map { initializer in
        var configuration = GANConfiguration()
        configuration.initializer = initializer
        return ([initializer.label], configuration)
      }, seeds: [], dataPath: "")
    var found = tree
    for key in ["experiment", "inits"] { found[key] = nil }
    return try JSONValue(plan).merging(found)
  }

  package func write(to directory: String) throws(StorageError) {
    try writeJSON(self, to: Self.path(in: directory))
  }

  // MARK: Checks

  /// Makes sure, before anything is started, that the runs can be trained in `directory`: that the data
  /// set has enough images, that the machine has the memory, and that what is there already belongs to
  /// this comparison.
  ///
  /// - Throws: ``RunError``, ``TrainingError``, ``MemoryError``, ``StorageError``.
  package func check<Model: Trainable>(
    _ model: Model.Type, _ data: TrainingData, in directory: String
  ) throws {
    let runs = try runs(Model.Configuration.self)
    for run in runs { try Model.check(run.configuration, for: data.dimensions) }
    let planned = Dictionary(
      runs.map { ($0.name, $0.configuration) }, uniquingKeysWith: { first, _ in first })
    if planned.count < runs.count {
      throw StorageError(
        "two runs of the comparison have one name: what varies differs too little.")
    }
    let expected = try RunConfig(
      kind: kind, experiment: runs[0].configuration, dataPath: dataPath,
      data: data.makeDescription())
    let variation = Variation(self)
    var foreign: [String] = []
    for name in RunDirectory.files(in: directory) {
      let path = directory + "/" + name
      if FileManager.default.fileExists(atPath: RunDirectory.configPath(ofRun: path)) {
        let found = try RunConfig(path: RunDirectory.configPath(ofRun: path))
        if let differences = found.differences(from: expected, variation) {
          throw RunError.otherOptions(path, [differences])
        }
        if let configuration = planned[name] {
          try TrainingRun<Model>.checkRun(at: path, isOf: configuration)
        }
      } else if planned[name] != nil {
        let files = RunDirectory.files(in: path)
        if !files.isEmpty { throw RunError.foreignFiles(path, files) }
      } else if !name.hasSuffix(".log") {
        foreign.append(name)
      }
    }
    // What a user put beside the runs of a comparison is left alone.
    let own = ["compare.json", "comparison.csv"]
    let isComparison = foreign.contains { own.contains($0) }
    if !isComparison && !foreign.isEmpty { throw RunError.foreignFiles(directory, foreign) }
  }
}
