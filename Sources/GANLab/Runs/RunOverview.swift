import Foundation

/// What can be said of a run from its files, without opening its weights.
package struct RunOverview: Sendable {
  package let path: String
  package let config: RunConfig
  /// The last whole row of metrics.csv, by column; empty before the first.
  package let lastRow: [String: String]
  package let isFinished: Bool
  /// The latest first.
  package let checkpoints: [String]
  /// Of all its files.
  package let bytes: Int
  /// Of its config.json, which is written when a run begins or goes on; seconds since 1970.
  package let begun: Double
  /// Of the file that was written last.
  package let changed: Double

  /// - Throws: ``StorageError`` where there is no run at `path`.
  package init(path: String) throws(StorageError) {
    self.path = path
    config = try RunConfig(path: RunDirectory.configPath(ofRun: path))
    let metrics = RunDirectory.metricsPath(ofRun: path)
    if let table = try? CSV(path: metrics, allowsPartialRow: true), let row = table.rows.last {
      lastRow = Dictionary(zip(table.header, row)) { first, _ in first }
    } else {
      lastRow = [:]
    }
    let folders = [path, path + "/samples", path + "/checkpoints"]
    let files = folders.flatMap { folder in
      RunDirectory.files(in: folder).compactMap { Self.status(folder + "/" + $0) }
    }
    bytes = files.reduce(0) { $0 + $1.bytes }
    changed = files.map(\.changed).max() ?? 0
    begun = Self.status(RunDirectory.configPath(ofRun: path))?.changed ?? 0
    checkpoints = RunDirectory.checkpoints(ofRun: path)
    isFinished = FileManager.default.fileExists(atPath: path + "/summary.json")
  }

  /// The size and the time of the last change of a file; nil for what is none.
  private static func status(_ path: String) -> (bytes: Int, changed: Double)? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return (Int(status.st_size), Double(status.st_mtim.tv_sec))
  }

  package var epochsDone: Int { lastRow["epoch"].flatMap { Int($0) } ?? 0 }

  /// Of how many; nil where the options are damaged.
  package var epochs: Int? { config.experiment["epochs"].flatMap { Int($0.text) } }

  package var seed: String { config.experiment["seed"]?.text ?? "" }

  /// The runs that `directory` holds, and those of the comparisons in it, by name.
  ///
  /// - Returns: those that can be read, and a line on each that cannot.
  package static func all(in directory: String) -> (runs: [RunOverview], damaged: [String]) {
    var runs: [RunOverview] = []
    var damaged: [String] = []
    func add(_ path: String) {
      do throws(StorageError) { runs.append(try RunOverview(path: path)) } catch {
        damaged.append("\(error)")
      }
    }
    for name in RunDirectory.files(in: directory) {
      let path = directory + "/" + name
      if RunDirectory.holdsRun(path) {
        add(path)
      } else if FileManager.default.fileExists(atPath: path + "/compare.json") {
        for inner in RunDirectory.files(in: path) where RunDirectory.holdsRun(path + "/" + inner) {
          add(path + "/" + inner)
        }
      }
    }
    return (runs, damaged)
  }
}
