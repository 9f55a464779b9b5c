import Foundation
import TestSupport
import Testing

/// Standard streams that are full, closed, or not read; and the command line's own mistakes.
struct StreamTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  /// Runs gan-train in a shell, with what comes after it on the line.
  private func shell(_ arguments: [String], _ rest: String, before: String = "") throws
    -> Program.Outcome
  {
    let command = "\(before) '\(Program.url.path)' \(arguments.joined(separator: " ")) \(rest)"
    return try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["bash", "-c", "set -o pipefail; " + command],
      in: runs.directory.path)
  }

  @Test(arguments: ["2>/dev/full", "2>&-", "2>/dev/full >out", "0<&- 2>&- >out"])
  func `a line of progress that is lost does not stop a run`(redirection: String) throws {
    let outcome = try shell(
      SmallRuns.options + ["--epochs", "3", "--run-dir", "run"], redirection)
    #expect(outcome.status == 0)
    #expect(runs.exists("run/summary.json"))
    // Nor does it land in one of the run's files, which might get the number of a closed stream.
    let table = try String(
      contentsOfFile: runs.directory.path + "/run/metrics.csv", encoding: .utf8)
    #expect(table.split(separator: "\n").count == 4 && !table.contains("kernels"))
  }

  @Test func `a reader that goes away does not stop a run`() throws {
    let outcome = try shell(
      SmallRuns.options + ["--epochs", "40", "--run-dir", "run", "2>&1 >/dev/null"], "| head -8")
    #expect(outcome.status == 0 && outcome.output.split(separator: "\n").count == 8)
    #expect(runs.exists("run/summary.json"))
  }

  @Test func `a run under nohup outlives its terminal`() throws {
    let outcome = try shell(
      SmallRuns.options + ["--epochs", "3", "--run-dir", "run"], "2>/dev/full",
      before: "nohup")
    #expect(outcome.status == 0 && runs.exists("run/summary.json"))
  }

  @Test(arguments: [
    ["probe", "--layers", "2", "--width", "8"], ["--help"], ["doctor"],
    ["compare", "--data", "digits", "--inits", "he", "--seeds", "0", "--dry-run"],
    SmallRuns.options + ["--max-steps", "1", "--quiet"],
  ])
  func `a result that cannot be written is a failure`(arguments: [String]) throws {
    for redirection in [">/dev/full", ">&-"] {
      let outcome = try shell(arguments, redirection)
      #expect(outcome.status == 74, "\(redirection)")
      #expect(outcome.errors.contains("standard output: cannot be written"))
    }
  }

  @Test func `a reader that has had enough ends the program as its signal would, in silence`()
    throws
  {
    let outcome = try shell(
      ["probe", "--layers", "900", "--width", "2"], "| (exec true)", before: "sleep 0.2;")
    #expect(outcome.status == 141 && outcome.errors == "")
  }

  struct Mistake: CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let message: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let mistakes = [
    Mistake(
      arguments: ["trian"], status: 64, message: "trian: no such subcommand. Did you mean train?"),
    Mistake(arguments: ["sumarise", "x"], status: 64, message: "Did you mean summarize?"),
    Mistake(
      arguments: ["help", "nosuch"], status: 64,
      message: "nosuch: no such subcommand. There are train"),
    Mistake(arguments: ["--run-dir", ""], status: 64, message: "expected a path, found nothing"),
    Mistake(arguments: ["--data", ""], status: 64, message: "expected a path, found nothing"),
    Mistake(
      arguments: ["--data", "digits", "--run-dir", "afile/x"], status: 74,
      message: "afile: cannot be created: Not a directory."),
    Mistake(
      arguments: ["--resume", "missing/"], status: 66, message: "missing/: no such directory."),
    Mistake(
      arguments: ["--resume", "missing", "--continue"], status: 64,
      message: "--continue: goes on with the run in --run-dir, --resume with the one that it names"),
    // One mistake, one code: a path that is not there.
    Mistake(arguments: ["--data", "missing"], status: 66, message: "missing: no such directory"),
    Mistake(arguments: ["sample", "missing"], status: 66, message: "missing: no such run"),
    Mistake(arguments: ["summarize", "missing"], status: 66, message: "missing: neither a run"),
    Mistake(
      arguments: ["probe", "--network", "generator", "--run", "missing"], status: 66,
      message: "missing: no such run"),
    Mistake(
      arguments: ["bench", "--data", "missing"], status: 66, message: "missing: no such dir"),
    Mistake(
      arguments: ["compare", "--inits", "he", "--seeds", "0", "--data", "missing"], status: 66,
      message: "missing: no such directory"),
  ]

  @Test(arguments: mistakes)
  func `a mistake is named and has its code`(mistake: Mistake) throws {
    try runs.directory.write([1], to: "afile")
    let outcome = try runs.run(mistake.arguments)
    #expect(outcome.status == mistake.status)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
  }

  @Test func `help that was asked for goes to standard output`() throws {
    for arguments in [["--help"], ["help", "probe"], ["--version"]] {
      let outcome = try runs.run(arguments)
      #expect(outcome.status == 0 && outcome.output != "" && outcome.errors == "")
    }
  }

  @Test func `networks that the machine cannot hold are refused`() throws {
    let sizes = [Int](repeating: 16384, count: 32).map(String.init).joined(separator: ",")
    for command in [["train"], ["bench"], ["probe", "--network", "generator"]] {
      let arguments =
        command
        + (command == ["probe", "--network", "generator"]
          ? [] : ["--data", "digits", "--batch-size", "64"])
      let outcome = try runs.run(arguments + ["--generator-layers", sizes])
      #expect(outcome.status == 64 && outcome.errors.contains("GB of memory"), "\(outcome.errors)")
    }
    #expect(!runs.exists("runs"))
  }
}
