import Foundation

/// How a run began: when, by which command, and with which program.
package struct RunOrigin: Codable, Equatable, Sendable {
  /// In UTC, as in ISO 8601: "2026-01-31T12:00:00Z".
  package let time: String
  /// As the program was given it, its own name first.
  package let commandLine: [String]
  /// The commit that the program was built from, with "-dirty" where files had changed since; nil
  /// where it was not built in a git repository.
  package let revision: String?

  package init(time: Date = Date(), commandLine: [String], revision: String?) {
    self.time = time.formatted(.iso8601)
    self.commandLine = commandLine
    self.revision = revision
  }
}
