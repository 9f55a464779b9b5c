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
    #expect(outcome.output.hasSuffix("runs/001-compare\n"))
    #expect(outcome.output.contains("xavier-he − random"))
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
    try directory.makeDirectory("some/random-seed1")
    try directory.write([1], to: "some/random-seed1/notes.txt")
    let outcome = try compare("--epochs", "1", "--run-dir", "some")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("random-seed1 failed, exit code 64"))
    #expect(outcome.errors.contains("has files already"))
    #expect(try contents("some/comparison.csv").split(separator: "\n").count == 1 + 2 * 8)
  }

  @Test(arguments: [
    (["--seeds", "3-1"], "--seeds"), (["--seeds", "1,1"], "--seeds"),
    (["--seeds", "a"], "--seeds"),
    (["--inits", "he,hee"], "--inits"), (["--inits", "random,random:0.01"], "--inits"),
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
