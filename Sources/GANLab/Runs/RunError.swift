/// What keeps a run from beginning or going on, besides damaged files. Each description says what is
/// wrong; the remedy depends on who asks.
package enum RunError: Error, Equatable, Sendable {
  case noDirectory(String)
  case notARun(String)
  case directoryHasFiles(String)
  /// Files that no run wrote, in a directory that is to be overwritten.
  case foreignFiles(String, [String])
  /// Another process has the lock.
  case inUse(String)
  case otherImages(found: DataDescription, expected: DataDescription)
  case fewerEpochs(asked: Int, configured: Int)
  /// - Parameter options: what differs, by the names that config.json has.
  case otherOptions(String, [String])
  /// Training ended because something could not be written.
  ///
  /// - Parameter checkpoint: the latest that is whole.
  case stopped(StorageError, run: String, checkpoint: String?)
}

extension RunError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noDirectory(let path): "\(path): no such directory."
    case .notARun(let path): "\(path): not a run: it has no config.json and no checkpoint."
    case .directoryHasFiles(let path):
      "\(path): has files already, expected an empty or a new directory."
    case .foreignFiles(let path, let names):
      "\(path): has files that are not a run's (\(names.joined(separator: ", "))); nothing was deleted."
    case .inUse(let path): "\(path): another gan-train is writing to this run."
    case .otherImages(let found, let expected):
      "not the images that the run was trained on: \(Self.text(found)), expected "
        + "\(Self.text(expected))."
    case .fewerEpochs(let asked, let configured):
      "\(asked) epochs: the run is for \(configured), and can only grow."
    case .otherOptions(let path, let names):
      "\(path): has a run with other options: \(names.joined(separator: ", "))."
    case .stopped(let error, _, let checkpoint):
      "\(error)" + (checkpoint.map { " \($0) is intact." } ?? "")
    }
  }

  private static func text(_ data: DataDescription) -> String {
    "\(data.images) images of \(data.rows) × \(data.columns), SHA-256 \(data.sha256.prefix(8))…"
  }
}
