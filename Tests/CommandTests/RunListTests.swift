import Foundation
import TestSupport
import Testing

/// Runs that are found again, shown and made smaller.
struct RunListTests {
  private let runs: SmallRuns

  init() throws {
    runs = try SmallRuns()
    _ = try runs.train("--epochs", "2", "--run-dir", "runs/one", "--checkpoint-every", "1")
    _ = try runs.train("--max-steps", "2", "--run-dir", "runs/two", "--seed", "7")
  }

  private func checkpoints(_ run: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: runs.directory.path + "/runs/\(run)/checkpoints"
    ).sorted()
  }

  @Test func `every run is listed, those of comparisons too`() throws {
    _ = try runs.run(
      [
        "compare", "--data", "digits", "--batch-size", "64", "--generator-layers", "16",
        "--discriminator-layers", "16", "--inits", "he", "--seeds", "0", "--epochs", "1",
        "--run-dir", "runs/both",
      ])
    let outcome = try runs.run("list")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[1].contains("runs/both/he-seed0") && lines[1].contains(" 1/1 "))
    #expect(lines[2].contains("runs/one") && !lines[2].contains("unfinished"))
    #expect(lines[3].contains("runs/two") && lines[3].contains("unfinished"))
    let json = try runs.run("list", "runs", "--json")
    let objects = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(objects.map { $0["seed"] as? String } == ["0", "0", "7"])
    #expect(objects[1]["epochs_done"] as? Int == 2 && objects[1]["is_finished"] as? Bool == true)

    try runs.directory.write(Array("{".utf8), to: "runs/two/config.json")
    let damaged = try runs.run("list")
    #expect(damaged.status == 0 && damaged.errors.contains("runs/two/config.json"))
    #expect(try runs.run("list", "nothing").errors.contains("nothing: no such directory"))
  }

  @Test func `show tells the options and how to go on`() throws {
    let one = try runs.run("show", "runs/one")
    #expect(one.status == 0 && one.output.contains("2 of 2 epochs, finished"), "\(one.errors)")
    #expect(one.output.contains("  batch_size: 64") && one.output.contains("  g_loss: "))
    let began = try #require(one.output.split(separator: "\n").first { $0.hasPrefix("begun ") })
    #expect(
      began.contains(
        /^begun 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, program's revision ([0-9a-f]{7,}|unknown)/))
    #expect(one.output.contains(/\nby \S*gan-train .*--epochs 2 --run-dir runs\/one/))
    let two = try runs.run("show", "runs/two")
    #expect(two.output.contains("to go on: gan-train --resume runs/two"))
    #expect(try runs.run("show", "digits").errors.contains("digits: no such run"))
  }

  @Test func `pruning keeps the last checkpoint, and asks`() throws {
    #expect(try checkpoints("one").count == 2)
    let asked = try runs.run("prune", "runs/one")
    #expect(asked.status != 0 && asked.errors.contains("nothing was deleted"))
    #expect(try checkpoints("one").count == 2)
    let last = try #require(try checkpoints("one").last)
    let outcome = try runs.run("prune", "runs", "--yes")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try checkpoints("one") == [last])
    #expect(try checkpoints("two").count == 1)
    #expect(try runs.run("prune", "runs/one", "--yes").errors.contains("nothing to delete"))
    _ = try runs.run("prune", "runs/one", "--all-checkpoints", "--yes")
    #expect(try checkpoints("one").isEmpty && runs.exists("runs/one/metrics.csv"))
    #expect(runs.exists("runs/one/samples/epoch-0002.png"))
  }

  @Test func `summarize and doctor speak JSON`() throws {
    _ = try runs.train("--epochs", "2", "--run-dir", "runs/other", "--init", "random")
    let summary = try runs.run("summarize", "runs/one", "runs/other", "--json")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(summary.output.utf8)) as? [String: Any])
    #expect(object["kind"] as? String == "gan" && object["epochs"] as? [Int] == [1, 2])
    let differences = try #require(object["differences"] as? [[String: Any]])
    #expect(Set(differences.compactMap { $0["metric"] as? String }).contains("g_loss"))
    #expect(differences[0]["is_clear"] is NSNull, "one seed has no interval")
    let doctor = try runs.run("doctor", "--json")
    let findings = try #require(
      JSONSerialization.jsonObject(with: Data(doctor.output.utf8)) as? [String: String])
    #expect(findings["processor"] != nil && findings["verdict"] != nil)
  }

  @Test func `samples are enlarged to whole pixels`() throws {
    _ = try runs.run("sample", "runs/one", "--count", "4", "--output", "small.png")
    let large = try runs.run(
      "sample", "runs/one", "--count", "4", "--scale", "4", "--output", "large.png")
    #expect(large.status == 0, "\(large.errors)")
    /// Width and height, from a PNG's header.
    func size(_ name: String) throws -> [UInt8] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: runs.directory.path + "/" + name))
      return [bytes[19], bytes[23]]
    }
    // Two images of 8 and three lines of 2.
    #expect(try size("small.png") == [22, 22] && size("large.png") == [88, 88])
    #expect(try runs.run("sample", "runs/one", "--scale", "99").errors.contains("--scale 99"))
  }
}
