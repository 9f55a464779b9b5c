import Foundation
import TestSupport
import Testing

/// Comparisons of every combination of several options.
struct ProductTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  @Test(arguments: [("train", 8), ("classify", 5)])
  func `a product of options, killed and gone on with, gives the same table`(
    command: String, metrics: Int
  ) throws {
    let compare =
      ["compare", command, "--data", "digits", "--batch-size", "64", "--log-every", "3"]
      + (command == "classify"
        ? ["--hidden-layers", "16"] : ["--generator-layers", "16", "--discriminator-layers", "16"])
      + [
        "--inits", "random,he", "--vary", "optimizer=adam,sgd", "--vary",
        "learning-rate=0.01,0.001",
        "--seeds", "0-1", "--epochs", "2",
      ]
    func bytes(_ path: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: runs.directory.path + "/" + path))
    }
    #expect(try runs.run(compare + ["--run-dir", "whole"]).status == 0)
    let running = try Program.start(compare + ["--run-dir", "killed"], in: runs.directory.path)
    try running.waitForErrors("of 16: ")
    running.send(SIGKILL)
    _ = try running.outcome()
    let outcome = try runs.run("compare", "--run-dir", "killed")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try bytes("whole/comparison.csv")
    #expect(try bytes("killed/comparison.csv") == table)
    #expect(table.count { $0 == UInt8(ascii: "\n") } == 1 + 8 * 2 * metrics)

    // Line by line by a shell, as GNU parallel or a batch system does it.
    let dry = try runs.run(compare + ["--run-dir", "sweep", "--dry-run"])
    let lines = dry.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 16)
    let shell = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["sh", "-ec", lines.joined(separator: "\n")],
      in: runs.directory.path)
    #expect(shell.status == 0, "\(shell.errors)")
    let summary = try runs.run(
      "summarize", "sweep", "--by", "optimizer,learning-rate")
    #expect(summary.status == 0, "\(summary.errors)")
    func rows(_ path: String) throws -> Set<String> {
      Set(
        String(decoding: try bytes(path), as: UTF8.self).split(separator: "\n").dropFirst()
          .map(String.init))
    }
    #expect(try rows("sweep/comparison.csv") == rows("whole/comparison.csv"))
  }
}
