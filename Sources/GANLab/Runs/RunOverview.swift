import Foundation

/// What can be said of a run from its files, without opening its weights. A thousand are read in less than a
/// second, so it takes from config.json what it needs, and not the whole of it.
package struct RunOverview: Sendable {
  package let path: String
  package let kind: RunKind
  package let initialization: String
  package let seed: String
  package let dataPath: String
  /// How often every image is to be seen; nil where the options are damaged.
  package let epochs: Int?
  /// The last whole row of metrics.csv, by column; empty before the first.
  package let lastRow: [String: String]
  package let isFinished: Bool
  /// The latest first.
  package let checkpoints: [String]
  /// Of all its files.
  package let bytes: Int
  /// When the file was written that was written last, in seconds since 1970.
  package let changed: Double

  /// - Throws: ``StorageError`` where there is no run at `path`.
  package init(path: String) throws(StorageError) {
    self.path = path
    let file = RunDirectory.configPath(ofRun: path)
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw StorageError(file, .cannotBeRead)
    }
    guard let config = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any],
      let experiment = config["experiment"] as? [String: Any]
    else { throw StorageError("\(file): not as gan-train writes it.") }
    kind = (config["kind"] as? String).flatMap(RunKind.init) ?? .gan
    dataPath = config["data_path"] as? String ?? ""
    epochs = experiment["epochs"] as? Int
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
    self.bytes = files.reduce(0) { $0 + $1.bytes }
    changed = files.map(\.changed).max() ?? 0
    checkpoints = RunDirectory.checkpoints(ofRun: path)
    // Tables have both; a run without a row is rare.
    if let label = lastRow["init"], let seed = lastRow["seed"] {
      (initialization, self.seed) = (label, seed)
    } else {
      let config = try RunConfig(path: file)
      initialization = config.initializationLabel
      seed = config.experiment["seed"]?.text ?? ""
    }
    isFinished = FileManager.default.fileExists(atPath: path + "/summary.json")
  }

  /// The size and the time of the last change of a file; nil for what is none.
  private static func status(_ path: String) -> (bytes: Int, changed: Double)? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return (Int(status.st_size), Double(status.st_mtim.tv_sec))
  }

  package var epochsDone: Int { lastRow["epoch"].flatMap { Int($0) } ?? 0 }

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
