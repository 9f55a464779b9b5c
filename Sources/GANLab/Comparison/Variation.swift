/// What the runs of a comparison may differ in, besides seed, threads and length.
package struct Variation: Sendable, Equatable {
  /// The names of what varies, such as "init" and "optimizer": columns of tables.
  package let factors: [String]
  /// The keys of a configuration that may differ.
  package let keys: Set<String>
  /// Of a plan: every combination, with the fields that it sets; empty where any is welcome.
  private let variants: [ComparisonPlan.Variant]

  /// Initialisers, and any values of other fields.
  ///
  /// - Parameter keys: of a configuration, as in config.json.
  package init(besidesInit keys: [String] = []) {
    factors = ["init"] + keys
    self.keys = Set(keys + ["initializer", "generator_initializer", "discriminator_initializer"])
    variants = []
  }

  package init(_ plan: ComparisonPlan) {
    factors = plan.factors
    keys = Set(plan.variants.flatMap { $0.settings.keys })
    variants = plan.variants
  }

  /// The place of a combination of values in a plan; 0 where there is none.
  func place(of values: [String]) -> Int { variants.firstIndex { $0.values == values } ?? 0 }

  /// A run's value of each factor, as text; nil where it is none of a plan's.
  func values(of config: RunConfig) -> [String]? {
    if !variants.isEmpty {
      return variants.first { variant in
        variant.settings.allSatisfy { config.experiment[$0] == $1 }
      }?.values
    }
    return factors.map { factor in
      factor == "init" ? config.initializationLabel : config.experiment[factor]?.text ?? ""
    }
  }
}

/// Which runs can be compared: those of one kind, on the same data, with options that differ in what
/// varies, in seed, threads and length only.
extension RunConfig {
  /// What keeps two runs from being compared, in words; nil for nothing.
  package func differences(from other: RunConfig, _ variation: Variation = Variation()) -> String? {
    if kind != other.kind { return "kind of training" }
    let mayDiffer = variation.keys.union(["seed", "epochs", "maximum_steps", "threads"])
    let names =
      experiment.keysDiffering(from: other.experiment).filter { !mayDiffer.contains($0) }
      + (data == other.data ? [] : ["data"])
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }
}

/// The runs to compare, of those that a directory holds.
package struct RunSelection: Sendable, Equatable {
  /// The largest set of runs that can be compared, one of each variant and seed.
  package private(set) var chosen: [String] = []
  /// The others, and why.
  package private(set) var leftOut: [(path: String, reason: String)] = []

  /// - Parameter paths: directories of runs, in order; of two of one variant and seed the later counts.
  package init(_ paths: [String], _ variation: Variation = Variation()) {
    var sets: [(config: RunConfig, paths: [(path: String, config: RunConfig)])] = []
    for path in paths {
      do throws(StorageError) {
        let config = try RunConfig(path: RunDirectory.configPath(ofRun: path))
        let table = try CSV(path: RunDirectory.metricsPath(ofRun: path), allowsPartialRow: true)
        if table.rows.isEmpty { throw StorageError("no epoch is done") }
        if variation.values(of: config) == nil {
          throw StorageError("not one of the comparison's runs")
        }
        if let index = sets.firstIndex(where: {
          config.differences(from: $0.config, variation) == nil
        }) {
          sets[index].paths.append((path, config))
        } else {
          sets.append((config, [(path, config)]))
        }
      } catch {
        leftOut.append((path, error.description))
      }
    }
    guard let most = sets.map(\.paths.count).max(),
      let largest = sets.last(where: { $0.paths.count == most })
    else { return }
    for set in sets where set.config != largest.config {
      let reason = set.config.differences(from: largest.config, variation) ?? ""
      leftOut += set.paths.map { ($0.path, "other \(reason)") }
    }
    for (index, run) in largest.paths.enumerated() {
      let isRepeated = largest.paths[(index + 1)...].contains {
        variation.values(of: $0.config) == variation.values(of: run.config)
          && $0.config.experiment["seed"] == run.config.experiment["seed"]
      }
      if isRepeated {
        leftOut.append(
          (
            run.path,
            "a later run has the same \(variation.factors.joined(separator: ", ")) and seed"
          ))
      } else {
        chosen.append(run.path)
      }
    }
  }

  package static func == (a: RunSelection, b: RunSelection) -> Bool {
    a.chosen == b.chosen && a.leftOut.elementsEqual(b.leftOut, by: ==)
  }
}
