import ArgumentParser
import Foundation
import GANLab

struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete checkpoints of runs: all but the last, or all.",
    discussion: """
      Tables and pictures stay. Without its checkpoints a run can neither draw nor go on.
      """)

  @Argument(
    help: "Runs, or directories that hold runs.", completion: Completions.runs,
    transform: Path.parse)
  var runs: [String]

  @Flag(help: "Delete the last checkpoint too.")
  var allCheckpoints = false

  @Flag(help: "Do not ask.")
  var yes = false

  func validate() throws {
    if runs.isEmpty { throw ValidationError("expected a run, or a directory of runs") }
  }

  func run() throws {
    let paths = try runs.flatMap { path -> [String] in
      if RunDirectory.holdsRun(path) { return [path] }
      let held = RunOverview.all(in: path).runs.map(\.path)
      guard !held.isEmpty else {
        throw StorageError("\(path): neither a run nor a directory with runs in it.")
      }
      return held
    }
    // Locked as long as they are asked about: a run that is going on is in use.
    let directories = try paths.map { try RunDirectory(existing: $0) }
    let files = directories.flatMap { $0.checkpoints.dropFirst(allCheckpoints ? 0 : 1) }
    let bytes = files.reduce(0) { sum, path in
      sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
    }
    if files.isEmpty { return StandardError.say("there is nothing to delete") }
    let what = "\(files.count) checkpoints of \(directories.count) runs, \(NumberText.bytes(bytes))"
    if !yes {
      StandardError.say("delete \(what)? [y/N]")
      guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
        StandardError.say("nothing was deleted")
        throw ExitCode.failure
      }
    }
    for file in files {
      do { try FileManager.default.removeItem(atPath: file) } catch {
        throw StorageError(
          "\(file): cannot be deleted: \(error.localizedDescription)", isOutput: true)
      }
    }
    StandardError.say("deleted \(what)")
  }
}
