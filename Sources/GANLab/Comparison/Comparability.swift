/// Which runs can be compared: those of one kind, on the same data, with options that differ in weights,
/// seed, threads and length only.
extension RunConfig {
  private static let mayDiffer = ["initializer", "seed", "epochs", "maximum_steps", "threads"]

  /// What is equal in runs that can be compared.
  private var comparable: JSONValue {
    var options = experiment
    for key in Self.mayDiffer { options[key] = nil }
    return options
  }

  /// What keeps two runs from being compared, in words; nil for nothing.
  package func differences(from other: RunConfig) -> String? {
    if kind != other.kind { return "kind of training" }
    let names =
      comparable.keysDiffering(from: other.comparable) + (data == other.data ? [] : ["data"])
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }
}

/// The runs to compare, of those that a directory holds.
package struct RunSelection: Sendable, Equatable {
  /// The largest set of runs that can be compared, one of each initialiser and seed.
  package private(set) var chosen: [String] = []
  /// The others, and why.
  package private(set) var leftOut: [(path: String, reason: String)] = []

  /// - Parameter paths: directories of runs, in order; of two of one initialiser and seed the later counts.
  package init(_ paths: [String]) {
    var sets: [(config: RunConfig, paths: [(path: String, config: RunConfig)])] = []
    for path in paths {
      do throws(StorageError) {
        let config = try RunConfig(path: RunDirectory.configPath(ofRun: path))
        let table = try CSV(path: RunDirectory.metricsPath(ofRun: path), allowsPartialRow: true)
        if table.rows.isEmpty { throw StorageError("no epoch is done") }
        if let index = sets.firstIndex(where: { config.differences(from: $0.config) == nil }) {
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
      let reason = set.config.differences(from: largest.config) ?? ""
      leftOut += set.paths.map { ($0.path, "other \(reason)") }
    }
    for (index, run) in largest.paths.enumerated() {
      let isRepeated = largest.paths[(index + 1)...].contains {
        $0.config.experiment["initializer"] == run.config.experiment["initializer"]
          && $0.config.experiment["seed"] == run.config.experiment["seed"]
      }
      if isRepeated {
        leftOut.append((run.path, "a later run has the same init and seed"))
      } else {
        chosen.append(run.path)
      }
    }
  }

  package static func == (a: RunSelection, b: RunSelection) -> Bool {
    a.chosen == b.chosen && a.leftOut.elementsEqual(b.leftOut, by: ==)
  }
}
