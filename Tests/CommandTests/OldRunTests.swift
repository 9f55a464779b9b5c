import Foundation
import TestSupport
import Testing

/// Runs that version 0.1.0 wrote (`Fixtures/0.1.0`) are read by this one.
struct OldRunTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    try directory.write(
      IDXBytes.images(count: 300, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
    let fixtures = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/0.1.0")
    for run in ["interrupted", "finished"] {
      try FileManager.default.copyItem(
        atPath: fixtures.appendingPathComponent(run).path, toPath: directory.path + "/" + run)
    }
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: directory.path)
  }

  /// The losses and accuracies, by row.
  private func numbers(_ run: String) throws -> [[Double]] {
    try String(contentsOfFile: directory.path + "/\(run)/metrics.csv", encoding: .utf8)
      .split(separator: "\n").dropFirst().map { line in
        line.split(separator: ",")[2..<12].map { Double($0) ?? .nan }
      }
  }

  @Test func `an interrupted run goes on to where one that was left alone ended`() throws {
    let resumed = try run("--resume", "interrupted")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("going on after step 10, epoch 2"))
    let (found, expected) = (try numbers("interrupted"), try numbers("finished"))
    #expect(found.count == 4)
    // Elsewhere than where the fixture was made, the last bits differ.
    for (row, expectedRow) in zip(found, expected) {
      for (value, expected) in zip(row, expectedRow) { #expect(abs(value - expected) < 2e-3) }
    }
    // What was written before the interruption is kept as it was.
    #expect(found[0] == expected[0] && found[1] == expected[1])
  }

  @Test func `a finished run is left alone, and can grow`() throws {
    let again = try run("--resume", "finished")
    #expect(again.status == 0 && again.errors.contains("is finished"), "\(again.errors)")
    #expect(try run("--resume", "finished", "--epochs", "5").status == 0)
    #expect(try numbers("finished").count == 5)
  }

  @Test func `the same command goes on with it`() throws {
    let options = [
      "--data", "digits", "--batch-size", "64", "--latent-size", "6", "--generator-layers", "12",
      "--discriminator-layers", "12,8", "--threads", "2", "--init", "he:uniform", "--seed", "3",
      "--continue", "--run-dir", "interrupted",
    ]
    let other = try Program.run(options + ["--epsilon", "1e-6"], in: directory.path)
    #expect(other.status == 64 && other.errors.contains("other options: epsilon"))
    #expect(try Program.run(options, in: directory.path).status == 0)
  }

  @Test func `sample, summarize and probe take it`() throws {
    #expect(try run("sample", "finished", "--output", "own.png").status == 0)
    #expect(
      FileManager.default.contentsEqual(
        atPath: directory.path + "/own.png",
        andPath: directory.path + "/finished/samples/epoch-0004.png"))
    let summary = try run("summarize", "finished")
    #expect(summary.status == 0 && summary.output.contains("he:uniform"), "\(summary.errors)")
    for network in ["generator", "discriminator"] {
      let probe = try run("probe", "--run", "interrupted", "--network", network)
      #expect(probe.status == 0 && probe.output.contains("trained"), "\(probe.errors)")
    }
  }

  @Test func `a run of this version is compared with one of that`() throws {
    _ = try run(
      "--data", "digits", "--batch-size", "64", "--latent-size", "6", "--generator-layers", "12",
      "--discriminator-layers", "12,8", "--init", "xavier", "--seed", "3", "--epochs", "4",
      "--run-dir", "new")
    let summary = try run("summarize", "finished", "new")
    #expect(summary.status == 0 && summary.output.contains("xavier − he:uniform"))
  }

  @Test func `a run in a format of the future is refused, with the version that wrote it`() throws {
    let path = directory.path + "/finished/config.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacing("\"0.1.0\"", with: "\"9.1\",\n  \"format_version\" : 99")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = try run("--resume", "finished")
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("format version 99, written by gan-train 9.1"))
  }
}
