import Foundation
import TestSupport
import Testing

struct ClassifyTests {
  private let runs: SmallRuns
  private static let options = [
    "classify", "--data", "digits", "--batch-size", "50", "--hidden-layers", "16", "--threads", "1",
  ]

  init() throws { runs = try SmallRuns() }

  private func classify(_ arguments: String...) throws -> Program.Outcome {
    try runs.run(Self.options + arguments)
  }

  private func lines(_ path: String) throws -> [[String]] {
    try String(contentsOfFile: runs.directory.path + "/" + path, encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
  }

  @Test func `a run leaves its tables and learns the labels`() throws {
    let outcome = try classify("--epochs", "40", "--run-dir", "run", "--log-every", "4")
    #expect(outcome.status == 0 && outcome.output == "run\n", "\(outcome.errors)")
    #expect(outcome.errors.contains("300 images of 8 × 8, 120 for the test"))
    let metrics = try lines("run/metrics.csv")
    #expect(
      metrics[0].joined(separator: ",")
        == "init,seed,epoch,step,train_loss,train_accuracy,test_loss,test_accuracy,test_classes,"
        + "seconds,images_per_second")
    #expect(metrics.count == 41)
    let last = try #require(metrics.last)
    #expect(last[7...8] == ["1.0", "4"])

    let steps = try lines("run/steps.csv")
    #expect(steps[0] == ["init", "seed", "epoch", "step", "train_loss", "train_accuracy"])
    #expect(steps.dropFirst().map { $0[3] } == (1...60).map { "\(4 * $0)" })
    // Four steps are in the first epoch of six, of the next four two.
    #expect(steps[1...3].map { $0[2] } == ["1", "2", "2"])

    let layers = try lines("run/layers.csv")
    #expect(layers.count == 1 + 41 * 2)
    let epoch = try #require(layers[0].firstIndex(of: "epoch"))
    let ratio = try #require(layers[0].firstIndex(of: "update_ratio"))
    #expect(layers[1][epoch] == "0" && layers[1][ratio] == "")
    #expect(try #require(Double(layers[3][ratio])) > 1e-5)
    #expect(!runs.exists("run/samples") && runs.exists("run/histograms.csv"))
  }

  @Test func `what is logged does not change what is trained`() throws {
    _ = try classify("--epochs", "3", "--run-dir", "much", "--log-every", "1")
    _ = try classify("--epochs", "3", "--run-dir", "little", "--layers-every", "100")
    #expect(try runs.table("much") == runs.table("little"))
    #expect(try lines("little/layers.csv").count == 1 + 2 * 2)
  }

  @Test func `a network that says one class is called so`() throws {
    let outcome = try classify("--epochs", "1", "--init", "zeros", "--run-dir", "run")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("it says the same class of every test image"))
    #expect(try lines("run/metrics.csv")[1][8] == "1")
  }

  @Test func `the mean loss in steps.csv is that of metrics.csv`() throws {
    _ = try classify("--epochs", "1", "--run-dir", "run", "--log-every", "6")
    #expect(try lines("run/steps.csv")[1][4] == lines("run/metrics.csv")[1][4])
  }

  @Test func `a data set without labels, a test or its classes is refused`() throws {
    func refused(_ status: Int32, _ message: String) throws {
      let outcome = try classify("--epochs", "1")
      #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!runs.exists("runs"))
    }
    let labels = runs.directory.path + "/digits/train-labels-idx1-ubyte"
    try FileManager.default.removeItem(atPath: labels)
    try refused(
      66, "digits: no labels, which a classifier learns; expected one of the files train-l")
    try runs.directory.write(
      IDXBytes.labels(count: 300, classes: 2), to: "digits/train-labels-idx1-ubyte")
    try refused(66, "a test image with label 3, expected one of the 2")
    try runs.directory.write(
      IDXBytes.images(count: 120, rows: 4, columns: 16), to: "digits/t10k-images-idx3-ubyte")
    try refused(66, "digits: test images of 4 × 16, expected 8 × 8")
    try FileManager.default.removeItem(
      atPath: runs.directory.path + "/digits/t10k-images-idx3-ubyte")
    try refused(66, "expected one of the files t10k-images")
  }

  @Test func `it goes on as a classifier, and refuses a GAN's run`() throws {
    let log = ["--log-every", "5"]
    _ = try runs.run(
      Self.options + log + ["--epochs", "2", "--run-dir", "run", "--max-steps", "8"])
    let outcome = try runs.run("classify", "--resume", "run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    _ = try runs.run(Self.options + log + ["--epochs", "2", "--run-dir", "whole"])
    try runs.expectSame("run", "whole")
    let wrong = try runs.run("--resume", "run", "--epochs", "3")
    #expect(wrong.status == 66 && wrong.errors.contains("a checkpoint of a classifier"))
    let sample = try runs.run("sample", "run")
    #expect(sample.status == 66 && sample.errors.contains("a checkpoint of a classifier"))
    let probe = try runs.run(
      "probe", "--run", "run", "--network", "classifier", "--data", "digits", "--gradient",
      "labels", "--batch-size", "100")
    #expect(probe.status == 0 && probe.output.contains("run run, classifier"), "\(probe.errors)")
  }

  @Test func `comparisons of every option, a column each`() throws {
    let outcome = try runs.run(
      "compare", "classify", "--data", "digits", "--batch-size", "50", "--hidden-layers", "8",
      "--inits", "he,random", "--vary", "optimizer=sgd,adam", "--vary", "learning-rate=0.1,0.01",
      "--seeds", "0-1", "--epochs", "2", "--run-dir", "some")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("adam − sgd (he, 0.01)"))
    #expect(outcome.errors.contains("0.01 − 0.1 (random, sgd)"))
    #expect(!outcome.errors.contains("adam − sgd (he, 0.1, "))
    #expect(runs.exists("some/random-optimizer-adam-learning-rate-0.01-seed1/summary.json"))
    let table = try lines("some/comparison.csv")
    #expect(table[0].prefix(5) == ["init", "optimizer", "learning-rate", "epoch", "metric"])
    #expect(table.count == 1 + 8 * 2 * 5)
    let config = try String(
      contentsOfFile: runs.directory.path
        + "/some/random-optimizer-adam-learning-rate-0.01-seed1/config.json", encoding: .utf8)
    #expect(config.contains("\"optimizer\" : \"adam\"") && config.contains("\"kind\" : \"class"))

    let again = try runs.run("compare", "--run-dir", "some")
    #expect(again.status == 0, "\(again.errors)")
    let summary = try runs.run("summarize", "some", "--level", "test_accuracy>=0.2")
    #expect(summary.status == 0 && summary.output.contains("test_accuracy ≥ 0.2"))
    // Without the comparison's plan the options have to be named.
    try FileManager.default.removeItem(atPath: runs.directory.path + "/some/compare.json")
    let less = try runs.run("summarize", "some")
    #expect(less.errors.contains("left out: "))
    let wrong = try runs.run("summarize", "some", "--by", "optimiser")
    #expect(wrong.status == 64 && wrong.errors.contains("--by optimiser: no option"))
    let more = try runs.run("summarize", "some", "--by", "init,optimizer,--learning-rate")
    #expect(more.status == 0 && !more.errors.contains("left out"), "\(more.errors)")
  }

  @Test func `each variant is checked before the first run starts`() throws {
    let outcome = try runs.run(
      "compare", "classify", "--data", "digits", "--vary", "batch-size=50,5000", "--seeds", "0")
    #expect(outcome.status == 64 && outcome.errors.contains("must be at most 300"))
    #expect(!runs.exists("runs"))
  }

  @Test(
    arguments: [
      (["--vary", "seed=1,2"], "--seeds names several"),
      (["--vary", "epochs=1,2"], "--vary epochs: can be one of init, "),
      (["--vary", "optimizer=sgd,sdg"], "--optimizer sdg"),
      (["--vary", "optimizer"], "expected an option, =, and its values"),
      (["--vary", "optimizer=sgd,sgd"], "optimizer=sgd: is there twice"),
      (["--vary", "optimizer=sgd", "--optimizer", "adam"], "--optimizer: is varied"),
      (["--vary", "width=2,3", "--vary", "layers=1,2", "--inits", "he"], ""),
      (["--seed", "1", "--inits", "he"], "--seeds names several"),
    ] as [([String], String)])
  func `what cannot vary is named`(arguments: [String], message: String) throws {
    let outcome = try runs.run(
      [
        "compare", "classify", "--data", "digits", "--batch-size", "50", "--seeds", "0",
        "--dry-run",
      ]
        + arguments)
    #expect(outcome.status == (message.isEmpty ? 0 : 64), "\(outcome.errors)")
    #expect(outcome.errors.contains(message) || message.isEmpty, "\(outcome.errors)")
    if message.isEmpty {
      #expect(outcome.output.split(separator: "\n").count == 4)
      #expect(outcome.output.contains("--hidden-layers 3,3"))
    }
  }
}
