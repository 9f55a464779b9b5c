import Foundation
import TestSupport
import Testing

/// The verdict that `probe` ends with and that runs begin with.
struct VerdictTests {
  private let runs: SmallRuns
  private static let classify = [
    "classify", "--data", "digits", "--batch-size", "50", "--width", "16", "--epochs", "1",
  ]
  /// Weights so small that nothing reaches the outputs.
  private static let bad = ["--layers", "8", "--activation", "tanh", "--init", "random:0.001"]

  init() throws { runs = try SmallRuns() }

  private func rows(_ path: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: runs.directory.path + "/" + path, encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test func `a bad network gets one line, and is trained all the same`() throws {
    let outcome = try runs.run(Self.classify + Self.bad + ["--run-dir", "run"])
    #expect(outcome.status == 0 && runs.exists("run/summary.json"))
    let lines = outcome.errorLines.filter { $0.contains("learn") }
    #expect(
      lines == ["the classifier is unlikely to learn: the signal vanishes (docs/prediction.md)"])
    let good = try runs.run(Self.classify + ["--run-dir", "good"])
    #expect(good.status == 0 && !good.errors.contains("learn"))
    #expect(try rows("good/verdict.csv").map { $0["verdict"] } == ["likely"])
    let quiet = try runs.run(Self.classify + Self.bad + ["--run-dir", "quiet", "--quiet"])
    #expect(quiet.errors == "")
  }

  @Test func `probe says of a run's config what the run says of itself`() throws {
    _ = try runs.run(Self.classify + Self.bad + ["--run-dir", "run", "--seed", "3"])
    let outcome = try runs.run("probe", "--config", "run/config.json", "--output", "probe")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("verdict: unlikely to learn: the signal vanishes"))
    let own = try #require(try rows("run/verdict.csv").first)
    let probed = try #require(try rows("probe/verdict.csv").first { $0["optimizer"] == "sgd" })
    for (column, value) in own where column != "seed" {
      if let number = Double(value), let other = Double(probed[column] ?? "") {
        #expect(abs(number - other) <= 1e-5 * abs(number), "\(column)")
      } else {
        #expect(probed[column] == value, "\(column)")
      }
    }
    let typed = try runs.run(
      ["probe", "--network", "classifier", "--data", "digits", "--width", "16", "--seed", "3"]
        + Self.bad + ["--output", "typed"])
    #expect(typed.status == 0, "\(typed.errors)")
    #expect(try rows("typed/verdict.csv").first?["output_spread"] == probed["output_spread"])
  }

  @Test func `a GAN has a verdict for each network`() throws {
    _ = try runs.train("--epochs", "1", "--run-dir", "run")
    #expect(try rows("run/verdict.csv").map { $0["network"] } == ["generator", "discriminator"])
    #expect(try rows("run/verdict.csv").map { $0["optimizer"] } == ["adam", "adam"])
    for network in ["generator", "discriminator"] {
      let outcome = try runs.run("probe", "--config", "run/config.json", "--network", network)
      #expect(outcome.output.contains("verdict: "), "\(outcome.errors)")
    }
    let none = try runs.run("probe", "--config", "run/config.json")
    #expect(none.errors.contains("--network: the run in --config has a generator and"))
    let both = try runs.run("probe", "--config", "run/config.json", "--init", "he")
    #expect(both.errors.contains("--init: --config says what is looked at"))
    // Trained weights get none.
    let trained = try runs.run("probe", "--network", "generator", "--run", "run")
    #expect(trained.status == 0 && !trained.output.contains("verdict"))
  }
}
