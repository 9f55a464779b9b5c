import Foundation
import TestSupport
import Testing

/// Image quality from the command line.
struct EvaluateTests {
  private let runs: SmallRuns
  private var cache: [String: String] { ["XDG_CACHE_HOME": runs.directory.path + "/cache"] }

  init() throws { runs = try SmallRuns() }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: runs.directory.path, environment: cache)
  }

  private func train(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(
      SmallRuns.options + arguments, in: runs.directory.path, environment: cache)
  }

  private func rows(_ path: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: runs.directory.path + "/" + path, encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test func `a run, its checkpoint and its directory are judged alike`() throws {
    let trained = try train("--epochs", "4", "--run-dir", "runs/a", "--evaluate-every", "3")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("training the evaluator on 300 images"))
    #expect(try rows("runs/a/quality.csv").map { $0["epoch"] } == ["0", "3", "4"])

    let outcome = try run("evaluate", "runs/a", "--output", "quality.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("training the evaluator"), "it is kept")
    for name in ["training images", "untrained xavier-he", "(ideal)"] {
      #expect(outcome.output.contains(name))
    }
    let table = try rows("quality.csv")
    #expect(table.map { $0["epoch"] } == ["", "0", "4"])
    let own = try #require(try rows("runs/a/quality.csv").last)
    for (column, value) in own { #expect(table[2][column] == value, "\(column)") }
    // The untrained generator is the run's at epoch 0.
    #expect(table[1]["frechet_distance"] == (try rows("runs/a/quality.csv"))[0]["frechet_distance"])
    #expect(Double(table[2]["images"] ?? "") == 150)

    let checkpoints = try FileManager.default.contentsOfDirectory(
      atPath: runs.directory.path + "/runs/a/checkpoints"
    ).sorted()
    let other = try run(
      "evaluate", "runs/a/checkpoints/" + (checkpoints.last ?? ""), "--json")
    let objects = try #require(
      JSONSerialization.jsonObject(with: Data(other.output.utf8)) as? [[String: Any]])
    #expect(objects.count == 3)
    #expect(
      objects[2]["frechet_distance"] as? Double == own["frechet_distance"].flatMap(Double.init))
  }

  @Test func `a comparison has quality with intervals and differences`() throws {
    let outcome = try Program.run(
      [
        "compare", "--data", "digits", "--batch-size", "64", "--generator-layers", "32",
        "--discriminator-layers", "32", "--inits", "random,xavier-he", "--seeds", "0-1",
        "--epochs", "2", "--run-dir", "both", "--evaluate-every", "1",
      ],
      in: runs.directory.path, environment: cache)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("frechet_distance"))
    let table = try rows("both/comparison.csv").filter { $0["metric"] == "coverage" }
    #expect(table.map { $0["n"] } == ["2", "2", "2", "2"])
    let judged = try run("evaluate", "both")
    #expect(
      judged.output.contains("means over seeds") && judged.output.contains("xavier-he − random"))

    // Of another evaluator.
    let path = runs.directory.path + "/both/random-seed1/quality.csv"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let evaluator = try #require(try rows("both/random-seed1/quality.csv")[0]["evaluator"])
    try text.replacingOccurrences(of: evaluator, with: "another").write(
      toFile: path, atomically: true, encoding: .utf8)
    let refused = try run("summarize", "both/random-seed0", "both/random-seed1")
    #expect(refused.status != 0 && refused.errors.contains("another evaluator"))
  }

  @Test func `judging images changes nothing, and goes on after an interruption`() throws {
    _ = try train("--epochs", "4", "--run-dir", "plain")
    _ = try train("--epochs", "4", "--run-dir", "judged", "--evaluate-every", "1")
    #expect(try runs.table("plain") == runs.table("judged"))
    _ = try train(
      "--epochs", "4", "--run-dir", "stopped", "--evaluate-every", "1", "--max-steps", "13")
    let resumed = try run("--resume", "stopped")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      try rows("stopped/quality.csv").map { $0["frechet_distance"] }.suffix(2)
        == rows("judged/quality.csv").map { $0["frechet_distance"] }.suffix(2))
  }

  @Test func `what cannot be judged is named`() throws {
    let none = try run("evaluate", "nothing")
    #expect(none.status != 0 && none.errors.contains("nothing: no such run"))
    let classifier = try run("classify", "--data", "digits", "--evaluate-every", "2")
    #expect(classifier.errors.contains("--evaluate-every: a classifier draws no images"))
    _ = try train("--max-steps", "1", "--run-dir", "run")
    try FileManager.default.removeItem(
      atPath: runs.directory.path + "/digits/t10k-labels-idx1-ubyte")
    let unlabelled = try run("evaluate", "run")
    #expect(unlabelled.status != 0 && unlabelled.errors.contains("labels"))
  }
}
