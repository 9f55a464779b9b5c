import Foundation

/// `compare.json`: the runs of a comparison, every combination of initialisations and seeds.
package struct ComparisonPlan: Codable, Equatable, Sendable {
  /// What all runs have in common; its initialiser and seed are replaced.
  package var experiment: GANConfiguration
  /// Labels.
  package var inits: [String]
  package var seeds: [UInt64]
  package var dataPath: String
  package var checkpointEvery: Int?
  package var sampleEvery: Int?
  /// Where it began: its runs are compared with the same kernels, also when it goes on.
  package var machine: MachineDescription?

  package init(
    experiment: GANConfiguration, initializers: [Initializer], seeds: [UInt64], dataPath: String
  ) {
    self.experiment = experiment
    inits = initializers.map(\.label)
    self.seeds = seeds
    self.dataPath = dataPath
  }

  /// One of the combinations.
  package struct Run: Sendable {
    /// Its directory's name.
    package let name: String
    package let configuration: GANConfiguration
  }

  /// Seed by seed, so that an early end leaves whole comparisons.
  ///
  /// - Throws: ``InitializerError`` where a label is none.
  package func runs() throws(InitializerError) -> [Run] {
    var runs: [Run] = []
    for seed in seeds {
      for label in inits {
        var configuration = experiment
        configuration.initializer = try Initializer(label: label)
        configuration.seed = seed
        runs.append(Run(name: RunDirectory.name(configuration), configuration: configuration))
      }
    }
    return runs
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
      return try JSON.decode(
        ComparisonPlan.self, from: [UInt8](bytes),
        defaults: ["experiment": GANConfiguration()])
    } catch {
      throw StorageError("\(path): not as gan-train writes it: \(error).")
    }
  }

  package func write(to directory: String) throws(StorageError) {
    try writeJSON(self, to: Self.path(in: directory))
  }

  // MARK: Checks

  /// Makes sure, before anything is started, that the runs can be trained in `directory`: that the data
  /// set has enough images, that the machine has the memory, and that what is there already belongs to
  /// this comparison.
  ///
  /// - Throws: ``RunError``, ``MemoryError``, ``StorageError``, ``InitializerError``.
  package func check(_ dataset: ImageDataset, in directory: String) throws {
    let data = dataset.makeDescription()
    guard experiment.batchSize <= dataset.count else {
      throw RunError.tooFewImages(batchSize: experiment.batchSize, images: dataset.count)
    }
    try Memory.check(GAN.memory(experiment, for: data))
    let planned = Dictionary(
      try runs().map { ($0.name, $0.configuration) }, uniquingKeysWith: { first, _ in first })
    let expected = try RunConfig(
      kind: GAN.kind, experiment: experiment, dataPath: dataPath, data: data, checkpointEvery: 1,
      sampleEvery: 1)
    var foreign: [String] = []
    for name in RunDirectory.files(in: directory) {
      let path = directory + "/" + name
      if FileManager.default.fileExists(atPath: RunDirectory.configPath(ofRun: path)) {
        let found = try RunConfig(path: RunDirectory.configPath(ofRun: path))
        if let differences = found.differences(from: expected) {
          throw RunError.otherOptions(path, [differences])
        }
        if let configuration = planned[name] {
          try TrainingRun<GAN>.checkRun(at: path, isOf: configuration)
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
