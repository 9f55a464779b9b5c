import Foundation
import TestSupport
import Testing

struct CompareTests {
  private let directory: TemporaryDirectory
  private static let compare = [
    "compare", "--data", "digits", "--batch-size", "64", "--generator-layers", "16",
    "--discriminator-layers", "16", "--inits", "random,xavier-he", "--seeds", "0-1",
  ]

  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    try directory.write(
      IDXBytes.images(count: 300, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
  }

  private func compare(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(Self.compare + arguments, in: directory.path)
  }

  private func contents(_ path: String) throws -> String {
    try String(contentsOfFile: directory.path + "/" + path, encoding: .utf8)
  }

  @Test func `every combination is a run, and the table compares them`() throws {
    let outcome = try compare("--epochs", "3", "--jobs", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "runs/001-compare\n")
    #expect(outcome.errors.contains("xavier-he − random"))
    #expect(outcome.errors.contains("scripts/report.py runs/001-compare\n"))
    for run in ["random-seed0", "random-seed1", "xavier-he-seed0", "xavier-he-seed1"] {
      #expect(try contents("runs/001-compare/\(run)/summary.json").contains("\"epochs\" : 3"))
    }
    let first = try Program.run(
      ["summarize", "runs/001-compare", "--epochs", "1"], in: directory.path)
    #expect(first.output.contains("means over epochs 1 to 1"))
    let late = try Program.run(
      ["summarize", "runs/001-compare", "--epochs", "2-4"], in: directory.path)
    #expect(late.status == 64 && late.errors.contains("3 epochs in common"))
    let table = try contents("runs/001-compare/comparison.csv").split(separator: "\n")
    #expect(table.count == 1 + 2 * 3 * 8)
    // An ordinary run of the same options is the same.
    _ = try Program.run(
      Self.compare[1..<9] + [
        "--init", "random", "--seed", "1", "--epochs", "3", "--threads", "1", "--run-dir", "one",
      ],
      in: directory.path)
    func numbers(_ path: String) throws -> [Substring] {
      try contents(path).split(separator: "\n").map { line in
        line.split(separator: ",").dropLast(2).joined(separator: ",")[...]
      }
    }
    #expect(try numbers("one/metrics.csv") == numbers("runs/001-compare/random-seed1/metrics.csv"))
  }

  @Test func `a dry run prints command lines that a shell takes, and makes nothing`() throws {
    try directory.makeDirectory("it's here")
    try FileManager.default.copyItem(
      atPath: directory.path + "/digits/train-images-idx3-ubyte",
      toPath: directory.path + "/it's here/train-images-idx3-ubyte")
    let outcome = try compare(
      "--epochs", "2", "--dry-run", "--run-dir", "sweep", "--data", "it's here")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/sweep"))
    for line in lines {
      let shell = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"), ["sh", "-c", line], in: directory.path)
      #expect(shell.status == 0, "\(shell.errors)")
    }
    let summary = try Program.run(["summarize", "sweep"], in: directory.path)
    #expect(summary.status == 0 && summary.output.contains("sweep/comparison.csv"))
  }

  @Test func `interrupted and killed at random it ends with the same table`() throws {
    _ = try compare("--epochs", "10", "--run-dir", "whole")
    var kills = 0
    while true {
      let running = try Program.start(
        Self.compare + ["--epochs", "10", "--run-dir", "killed"], in: directory.path)
      usleep(UInt32.random(in: 50_000..<UInt32(500_000 + 100_000 * kills)))
      let signal = [SIGKILL, SIGTERM, SIGINT].randomElement()!
      running.send(signal)
      let outcome = try running.outcome()
      if outcome.status == 0 { break }
      #expect(outcome.status == (signal == SIGKILL ? SIGKILL : 128 + signal), "\(outcome.errors)")
      kills += 1
    }
    #expect(kills > 0)
    #expect(try contents("killed/comparison.csv") == contents("whole/comparison.csv"))
  }

  @Test func `a run that fails is reported with its log's end, and the others are not held up`()
    throws
  {
    let outcome = try Program.run(
      Self.compare[..<9] + [
        "--inits", "he:gain=1e30,random,xavier-he", "--seeds", "0-1", "--epochs", "2", "--run-dir",
        "some",
      ], in: directory.path)
    #expect(outcome.status == 1)
    #expect(outcome.output == "some\n")
    #expect(outcome.errors.contains("he-gain=1e+30-seed1 failed, exit code 1"))
    #expect(outcome.errors.contains("diverged at step 1"))
    #expect(outcome.errors.contains("xavier-he − random"))
    #expect(try contents("some/comparison.csv").split(separator: "\n").count == 1 + 2 * 2 * 8)
    // What is left without rows does not keep the others from being compared later.
    let later = try Program.run(["summarize", "some"], in: directory.path)
    #expect(later.status == 0 && later.errors.contains("left out: some/he-gain=1e+30-seed0: "))
    #expect(try contents("some/comparison.csv").split(separator: "\n").count == 1 + 2 * 2 * 8)
  }

  @Test func `everything is checked before the first run starts`() throws {
    func refused(_ arguments: [String], _ status: Int32, _ message: String) throws {
      let outcome = try Program.run(Self.compare + arguments, in: directory.path)
      #expect(outcome.status == status && outcome.output == "")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!outcome.errors.contains("runs in"), "a run was started")
    }
    try refused(["--data", "nothing"], 66, "nothing: no such directory")
    try refused(["--batch-size", "301"], 64, "must be at most 300")
    try refused(
      ["--generator-layers", [String](repeating: "16384", count: 32).joined(separator: ",")], 64,
      "of memory")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/runs"))

    try directory.makeDirectory("thesis")
    try directory.write([1], to: "thesis/chapter.tex")
    try refused(["--run-dir", "thesis"], 64, "not a run's (chapter.tex)")
    try directory.makeDirectory("mixed/random-seed1")
    try directory.write([1], to: "mixed/random-seed1/notes.txt")
    try refused(["--run-dir", "mixed"], 64, "not a run's (notes.txt)")

    _ = try compare("--epochs", "1", "--run-dir", "begun")
    try refused(
      ["--run-dir", "begun", "--learning-rate", "0.1"], 64, "other options: learning_rate")
    try directory.makeDirectory("other")
    try directory.write(
      IDXBytes.images(count: 301, rows: 8, columns: 8), to: "other/train-images-idx3-ubyte")
    try refused(["--run-dir", "begun", "--data", "other"], 64, "other options: data")
  }

  @Test func `a comparison goes on with its directory alone`() throws {
    _ = try compare("--epochs", "3", "--run-dir", "some", "--checkpoint-every", "1")
    try FileManager.default.removeItem(atPath: directory.path + "/some/random-seed1")
    let outcome = try Program.run(["compare", "--run-dir", "some"], in: directory.path)
    #expect(outcome.status == 0 && outcome.output == "some\n", "\(outcome.errors)")
    #expect(try contents("some/random-seed1/summary.json").contains("\"epochs\" : 3"))
    #expect(try contents("some/random-seed1/config.json").contains("\"checkpoint_every\" : 1"))
    let changed = try Program.run(
      ["compare", "--run-dir", "some", "--epochs", "9"], in: directory.path)
    #expect(changed.status == 64 && changed.errors.contains("--epochs: cannot be changed"))
    let nothing = try Program.run(["compare", "--run-dir", "new"], in: directory.path)
    #expect(nothing.status == 64 && nothing.errors.contains("holds no comparison"))
    let quiet = try compare("--run-dir", "some", "--epochs", "3", "--quiet")
    #expect(quiet.status == 0 && quiet.errors == "")
  }

  @Test func `a comparison that an earlier version began goes on`() throws {
    _ = try compare("--epochs", "2", "--run-dir", "some")
    let table = try contents("some/comparison.csv")
    let plan = try JSONSerialization.jsonObject(with: Data(contents("some/compare.json").utf8))
    var old = try #require(plan as? [String: Any])
    for key in ["kind", "factors", "variants", "schedule"] { old[key] = nil }
    old["inits"] = ["random", "xavier-he"]
    try directory.write(
      [UInt8](JSONSerialization.data(withJSONObject: old)), to: "some/compare.json")
    try FileManager.default.removeItem(atPath: directory.path + "/some/random-seed1")
    let outcome = try Program.run(["compare", "--run-dir", "some"], in: directory.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try contents("some/comparison.csv") == table)
  }

  @Test func `on a terminal one line tells of all runs, and none is wider than that`() throws {
    let command =
      "stty cols 80; '\(Program.url.path)' \(Self.compare.joined(separator: " ")) --epochs 3000 --sample-every 3000"
    let outcome = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["script", "-qec", command, "/dev/null"],
      in: directory.path, environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(#/\r\d\/4 runs .*\d+\/12000 epochs  \d+:\d\d left/#))
    for line in outcome.output.split(whereSeparator: \.isNewline) {
      for part in line.split(separator: "\r") {
        #expect(part.replacing("\u{1B}[K", with: "").count <= 80, "\(part)")
      }
    }
  }

  @Test func `of a directory with several experiments the largest is summarized`() throws {
    func train(_ run: String, _ options: String...) throws {
      let outcome = try Program.run(
        Self.compare[1..<9] + ["--epochs", "1", "--run-dir", "runs/" + run] + options,
        in: directory.path)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    try train("001", "--init", "random")
    try train("002", "--init", "he")
    try train("003", "--init", "he", "--beta1", "0.9")
    try train("004", "--init", "random")
    let outcome = try Program.run(["summarize", "runs"], in: directory.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("random − he"))
    #expect(outcome.errors.contains("left out: runs/003: other beta1"))
    #expect(outcome.errors.contains("left out: runs/001: a later run has the same init and seed"))
    // Runs that were named are not left out.
    let named = try Program.run(["summarize", "runs/002", "runs/003"], in: directory.path)
    #expect(named.status != 0 && named.errors.contains("other beta1"))
  }

  @Test(arguments: [
    (["--seeds", "3-1"], "--seeds"), (["--seeds", "1,1"], "--seeds"),
    (["--seeds", "a"], "--seeds"),
    (["--inits", "he,radnom"], "radnom: no such initialiser"),
    (["--inits", "random,random:0.01"], "random:0.01: is there twice"),
    (["--seeds", "0-3,2"], "2: is there twice"),
    (["--jobs", "0"], "--jobs 0"), (["--threads", "0"], "--threads 0"),
    (["--seed", "1"], "--seed"),
  ])
  func `bad input is named`(arguments: [String], message: String) throws {
    let outcome = try Program.run(Self.compare + arguments, in: directory.path)
    #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `summarize says what it cannot take`() throws {
    let nothing = try Program.run(["summarize", "digits"], in: directory.path)
    #expect(nothing.status == 66 && nothing.errors.contains("neither a run nor a directory"))
    let level = try Program.run(["summarize", "digits", "--level", "x>1"], in: directory.path)
    #expect(level.status == 64 && level.errors.contains("--level x>1"))
  }
}
