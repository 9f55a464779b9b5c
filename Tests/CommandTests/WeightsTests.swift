import Foundation
import TestSupport
import Testing

/// Weights from and to files, and of one network alone.
struct WeightsTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: runs.directory.path + "/" + path))
  }

  @Test func `export writes a network and prints its module`() throws {
    _ = try runs.train("--epochs", "1", "--run-dir", "run")
    let outcome = try runs.run("export", "run", "--output", "g.safetensors")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        nn.Sequential(
            nn.Linear(100, 32),
            nn.LeakyReLU(0.2),
            nn.Linear(32, 64),
            nn.Tanh(),
        )

        """)
    #expect(try bytes("g.safetensors").firstRange(of: Data("\"2.weight\"".utf8)) != nil)
    let again = try runs.run("export", "run", "--output", "g.safetensors")
    #expect(again.status == 64 && again.errors.contains("--overwrite replaces it"))
    let wrong = try runs.run("export", "run", "--network", "classifier", "--output", "c")
    #expect(wrong.status == 64 && wrong.errors.contains("is a gan and has none"))
    #expect(try runs.run("export", "nothing").status == 66)
    let checkpoint = "run/checkpoints/step-00000004.safetensors"
    let named = try runs.run(
      "export", checkpoint, "--network", "discriminator", "--output", "d.safetensors")
    #expect(named.status == 0 && named.output.contains("nn.Linear(32, 1)"))

    // What was exported is what a run starts from, and a run that goes on needs the files no more.
    let again2 = [
      "--generator-init", "file:g.safetensors", "--discriminator-init", "file:d.safetensors",
      "--epochs", "2", "--run-dir", "again",
    ]
    let begun = try runs.run(SmallRuns.options + again2 + ["--max-steps", "5"])
    #expect(begun.status == 0, "\(begun.errors)")
    try FileManager.default.removeItem(atPath: runs.directory.path + "/g.safetensors")
    let resumed = try runs.run("--resume", "again")
    #expect(resumed.status == 0, "\(resumed.errors)")
    let missing = try runs.run(SmallRuns.options + again2.dropLast() + ["third"])
    #expect(missing.status == 66 && missing.errors.contains("g.safetensors: cannot be read"))
    #expect(!runs.exists("third"))
  }

  @Test func `whose weights make the difference: two by two`() throws {
    let outcome = try runs.run(
      ["compare"] + SmallRuns.options + [
        "--vary", "generator-init=random,he", "--vary", "discriminator-init=random,he", "--seeds",
        "0-1", "--epochs", "2", "--run-dir", "some",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("he − random (random)"))
    #expect(runs.exists("some/generator-init-he-discriminator-init-random-seed1/summary.json"))
    let table = try String(
      contentsOfFile: runs.directory.path
        + "/some/generator-init-he-discriminator-init-random-seed1/metrics.csv", encoding: .utf8)
    #expect(table.contains("\ngenerator=he+discriminator=random,1,1,"))
    // One of them begins as it does with --init for both.
    let both = try runs.train("--init", "he", "--seed", "1", "--epochs", "2", "--run-dir", "both")
    #expect(both.status == 0)
    // The generator's signals; its gradients come through the other network.
    func firstLayers(_ run: String) throws -> [ArraySlice<Substring>] {
      try String(contentsOfFile: runs.directory.path + "/\(run)/layers.csv", encoding: .utf8)
        .split(separator: "\n")[1...2].map {
          $0.split(separator: ",", omittingEmptySubsequences: false)[1...16]
        }
    }
    #expect(
      try firstLayers("both")
        == firstLayers("some/generator-init-he-discriminator-init-random-seed1"))
  }
}
