import ArgumentParser
import Foundation
import GANLab

/// Runs in processes of their own, some at a time.
final class ProcessPool {
  struct Run {
    let name: String
    let directory: String
    let arguments: [String]

    /// For a shell.
    var commandLine: String { ShellText.commandLine([ProcessPool.program] + arguments) }
  }

  struct Failure {
    let directory: String
    /// With the end of the run's log.
    let message: String
  }

  static var program: String {
    Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? CommandLine.arguments[0]
  }

  private let runs: [Run]
  private let atOnce: Int
  private let directory: String
  private let progress: ComparisonProgress
  private var running: [(run: Run, process: Process)] = []
  private var finished = 0
  private var failures: [Failure] = []

  /// - Parameter epochs: of each run.
  init(_ runs: [Run], atOnce: Int, directory: String, epochs: Int, isQuiet: Bool) {
    self.runs = runs
    self.atOnce = atOnce
    self.directory = directory
    progress = ComparisonProgress(
      runs.map(\.directory), epochs: epochs, isQuiet: isQuiet)
  }

  /// Runs all of them.
  ///
  /// - Returns: those that failed; the others were run all the same.
  /// - Throws: `ExitCode` where a signal ended it. The runs were ended too, and have saved.
  func run() throws -> [Failure] {
    Interruption.begin()
    defer { progress.clear() }
    progress.say("\(runs.count) runs in \(directory), \(min(atOnce, runs.count)) at a time")
    var waiting = runs[...]
    while !(running.isEmpty && waiting.isEmpty) && Interruption.exitCode == nil {
      while running.count < atOnce, let run = waiting.popFirst() { try start(run) }
      collect()
      progress.update(finished: finished)
      usleep(50_000)
    }
    guard let exitCode = Interruption.exitCode else { return failures }
    // They are in process groups of their own, so they have not had the terminal's signal.
    for (_, process) in running { process.terminate() }
    for (_, process) in running { process.waitUntilExit() }
    progress.say(
      "stopped; \(finished) of \(runs.count) runs are finished and the others saved. To go on: "
        + "gan-train compare --run-dir \(directory)")
    throw ExitCode(exitCode)
  }

  private func start(_ run: Run) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = run.arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    var environment = ProcessInfo.processInfo.environment
    environment[Interruption.parentVariable] = "\(getpid())"
    process.environment = environment
    let log = logPath(run)
    guard FileManager.default.createFile(atPath: log, contents: nil),
      let file = FileHandle(forWritingAtPath: log)
    else { throw StorageError(log, .cannotBeWritten) }
    process.standardError = file
    try process.run()
    running.append((run, process))
  }

  /// Takes those that have ended off the list.
  private func collect() {
    // Asked once: one may end at any moment.
    let isRunning = running.map(\.process.isRunning)
    let ended = zip(running, isRunning).filter { !$1 }.map(\.0)
    running = zip(running, isRunning).filter { $1 }.map(\.0)
    for (run, process) in ended {
      finished += 1
      if process.terminationStatus == 0 && process.terminationReason == .exit {
        progress.say("\(finished) of \(runs.count): \(run.name) is finished")
      } else {
        let what = process.terminationReason == .exit ? "exit code" : "signal"
        progress.say("\(finished) of \(runs.count): \(run.name) FAILED")
        failures.append(
          Failure(
            directory: run.directory,
            message:
              "\(run.name) failed, \(what) \(process.terminationStatus); the end of its log:\n"
              + lastLines(of: logPath(run))))
      }
    }
  }

  private func logPath(_ run: Run) -> String { directory + "/" + run.name + ".log" }

  private func lastLines(of path: String) -> String {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(5).map { "    " + $0 }.joined(separator: "\n")
  }
}
