import ArgumentParser
import Foundation
import GANLab

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a run: its options, where it was made, its last row, and how it goes on.")

  @Argument(
    help: ArgumentHelp("A run's directory.", valueName: "run"), completion: Completions.runs,
    transform: Path.parse)
  var source: String

  func run() throws {
    guard RunDirectory.holdsRun(source) else { throw StorageError("\(source): no such run.") }
    let run = try RunOverview(path: source)
    let config = try RunConfig(path: RunDirectory.configPath(ofRun: source))
    var lines = [
      "\(run.path): a \(config.kind.rawValue), \(run.epochsDone) of \(run.epochs ?? 0) epochs, "
        + "\(run.isFinished ? "finished" : "not finished"), \(NumberText.bytes(run.bytes))",
      "data: \(config.dataPath), \(config.data.images) images, SHA-256 \(config.data.sha256.prefix(16))…",
      "made by gan-train \(config.programVersion) on \(config.machine.processor), "
        + "\(config.machine.kernel) kernels",
    ]
    if let began = config.began {
      lines.append("begun \(began.time), program's revision \(began.revision ?? "unknown")")
      if !began.commandLine.isEmpty {
        lines.append("by " + ShellText.commandLine(began.commandLine))
      }
    }
    lines += ["", "options"]
    lines += Self.lines(of: config.experiment)
    if !run.lastRow.isEmpty {
      lines += ["", "the last row of metrics.csv"]
      lines += run.lastRow.keys.sorted().map { "  \($0): \(run.lastRow[$0] ?? "")" }
    }
    lines += ["", "checkpoints"]
    lines += run.checkpoints.isEmpty ? ["  none"] : run.checkpoints.map { "  \($0)" }
    lines.append("")
    if run.isFinished {
      lines.append("to go on beyond its end: \(config.kind.resumeCommand) \(source) --epochs N")
    } else {
      lines.append("to go on: \(config.kind.resumeCommand) \(source)")
    }
    try StandardOutput.print(lines)
  }

  private static func lines(of options: JSONValue) -> [String] {
    guard case .object(let members) = options else { return [] }
    return members.keys.sorted().flatMap { key -> [String] in
      guard let value = members[key] else { return [] }
      if case .object(let inner) = value {
        let parts = inner.keys.sorted().map { "\($0) \(inner[$0]?.text ?? "")" }
        return ["  \(key):"] + parts.map { "    " + $0 }
      }
      return ["  \(key): \(value.text)"]
    }
  }
}
