import ArgumentParser
import GANLab

/// The options of an earlier run.
struct ConfigOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Take all options and the data set from a run's config.json; options that are given besides come \
      before it.
      """, valueName: "file"), completion: .file(extensions: ["json"]), transform: ConfigFile.read)
  var config: ConfigFile?

  /// A run's config.json.
  struct ConfigFile: Sendable {
    let path: String
    let config: RunConfig

    /// - Throws: ``StorageError``.
    static func read(_ path: String) throws -> ConfigFile {
      ConfigFile(path: path, config: try RunConfig(path: path))
    }
  }
}
