import Foundation

/// The directory that takes the files of one run.
///
/// One process at a time writes to it: the directory is locked (`flock`) for as long as the object
/// lives.
package final class RunDirectory: Sendable {
  package let path: String
  private let lock: Int32

  package var configPath: String { Self.configPath(ofRun: path) }
  package var metricsPath: String { Self.metricsPath(ofRun: path) }
  package var stepsPath: String { path + "/steps.csv" }
  package var layersPath: String { path + "/layers.csv" }
  package var histogramsPath: String { path + "/histograms.csv" }
  package var qualityPath: String { Self.qualityPath(ofRun: path) }
  var verdictPath: String { path + "/verdict.csv" }
  /// Written last: it is there if the run is finished.
  package var summaryPath: String { path + "/summary.json" }
  private static let ownFiles = [
    "config.json", "metrics.csv", "steps.csv", "layers.csv", "histograms.csv", "verdict.csv",
    "quality.csv", "summary.json", "samples", "checkpoints",
  ]
  private var samplesPath: String { path + "/samples" }
  private var checkpointsPath: String { path + "/checkpoints" }

  /// Makes the next of the numbered directories in `parent`, such as `runs/001-xavier-he-seed0`.
  ///
  /// - Throws: ``StorageError``, ``RunError``.
  package convenience init(nextIn parent: String, name: String) throws {
    try makeDirectories(parent)
    while true {
      let path = Self.nextPath(in: parent, name: name)
      if mkdir(path, 0o777) == 0 {
        try self.init(locking: path)
        return
      }
      // Another run may have taken the name a moment ago.
      guard errno == EEXIST else { throw StorageError(path, .cannotBeCreated) }
    }
  }

  /// Makes the directory at `path`, or takes it if it is there and empty.
  ///
  /// - Parameter overwrite: deletes the files of an earlier run there.
  /// - Throws: ``StorageError``, ``RunError``.
  package convenience init(at path: String, overwrite: Bool = false) throws {
    try makeDirectories(path)
    try self.init(locking: path)
    // A run that was killed before its first whole file has left nothing else.
    let files = Self.files(in: path)
    if files.isEmpty { return }
    guard overwrite else { throw RunError.directoryHasFiles(path) }
    let foreign = files.filter { !Self.ownFiles.contains($0) }
    guard foreign.isEmpty else { throw RunError.foreignFiles(path, foreign) }
    for file in files {
      do { try FileManager.default.removeItem(atPath: path + "/" + file) } catch {
        throw StorageError(
          "\(path)/\(file): cannot be deleted: \(error.localizedDescription)", isOutput: true)
      }
    }
  }

  /// Takes the directory of a run that began earlier.
  ///
  /// - Throws: ``RunError`` where there is none, or another process writes to it.
  package convenience init(existing path: String, whenLocked: () -> Void = {}) throws {
    guard FileManager.default.fileExists(atPath: path) else { throw RunError.noDirectory(path) }
    guard Self.holdsRun(path) else { throw RunError.notARun(path) }
    try self.init(locking: path, whenLocked)
  }

  package static func configPath(ofRun path: String) -> String { path + "/config.json" }
  package static func metricsPath(ofRun path: String) -> String { path + "/metrics.csv" }
  package static func qualityPath(ofRun path: String) -> String { path + "/quality.csv" }

  /// Whether there is a run at `path`: its configuration, or a checkpoint, which has it too.
  package static func holdsRun(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: configPath(ofRun: path))
      || !checkpoints(ofRun: path).isEmpty
  }

  /// What is in a directory, but for files that a killed program left unfinished.
  package static func files(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { !$0.hasSuffix(AtomicFile.unfinished) }.sorted()
  }

  /// Whether the run came to its end.
  var isFinished: Bool { FileManager.default.fileExists(atPath: summaryPath) }

  /// Takes a directory for several runs, which is made if need be.
  ///
  /// - Throws: ``StorageError``, ``RunError``.
  package convenience init(forRunsAt path: String, whenLocked: () -> Void = {}) throws {
    try makeDirectories(path)
    try self.init(locking: path, whenLocked)
  }

  /// - Parameter whenLocked: called once if another process has the directory, which is then waited
  ///   for.
  private init(locking path: String, _ whenLocked: () -> Void = {}) throws {
    self.path = path
    lock = open(path, O_RDONLY | O_CLOEXEC)
    guard lock >= 0 else { throw StorageError(path, .cannotBeRead) }
    // Who has the lock may be about to end, so we ask for five seconds. File systems without locks
    // do without.
    var attempts = 0
    while flock(lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      attempts += 1
      if attempts == 1 { whenLocked() }
      if attempts > 50 { throw RunError.inUse(path) }
      usleep(100_000)
    }
  }

  deinit { close(lock) }

  // MARK: Samples and checkpoints

  /// Where the samples after `epochs` whole epochs and some steps of the next go. In order of
  /// their names they show the generator learn.
  package func samplePath(epochs: Int, stepsIntoEpoch: Int) throws(StorageError) -> String {
    try Self.makeFolder(samplesPath)
    let beyond = stepsIntoEpoch > 0 ? "_step-" + Self.padded(stepsIntoEpoch, to: 6) : ""
    return "\(samplesPath)/epoch-\(Self.padded(epochs, to: 4))\(beyond).png"
  }

  /// Where the checkpoint after `step` steps goes.
  package func checkpointPath(step: Int) throws(StorageError) -> String {
    try Self.makeFolder(checkpointsPath)
    return "\(checkpointsPath)/step-\(Self.padded(step, to: 8)).safetensors"
  }

  /// The checkpoints, the latest first.
  package var checkpoints: [String] { Self.checkpoints(ofRun: path) }

  /// The checkpoints of the run at `path`, the latest first.
  package static func checkpoints(ofRun path: String) -> [String] {
    let directory = path + "/checkpoints"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") }
      .sorted { ($0.count, $0) > ($1.count, $1) }.map { directory + "/" + $0 }
  }

  /// Deletes all checkpoints but the latest two, and what a killed process left unfinished.
  package func pruneCheckpoints() {
    for path in checkpoints.dropFirst(2) { unlink(path) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpointsPath)) ?? []
    for name in names where name.hasSuffix(AtomicFile.unfinished) {
      unlink(checkpointsPath + "/" + name)
    }
  }

  /// Not the directories above it: a run's directory that vanished is not made anew.
  private static func makeFolder(_ path: String) throws(StorageError) {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw StorageError(path, .cannotBeCreated)
    }
  }

  /// What a run with this configuration is called, such as "random-1-seed0".
  package static func name(_ configuration: some TrainingConfiguration) -> String {
    plainName(configuration.initializationLabel) + "-seed\(configuration.seed)"
  }

  /// A name for a file: what is neither letter, digit nor one of . _ = + becomes a hyphen.
  static func plainName(_ text: String) -> String {
    String(
      text.map {
        $0.isASCII && ($0.isLetter || $0.isNumber || "._=+".contains($0)) ? $0 : "-"
      })
  }

  /// The next of the numbered directories in `parent`, which is not made.
  package static func nextPath(in parent: String, name: String) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    let highest = names.compactMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }.max() ?? 0
    return "\(parent)/\(padded(highest + 1, to: 3))-\(name)"
  }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
