import Foundation
import TestSupport
import Testing

struct TrainTests {
  private let directory: TemporaryDirectory

  /// Each test has a directory of its own with 300 images of 8 × 8 in `digits`.
  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    try directory.write(
      IDXBytes.gzip(IDXBytes.images(count: 300, rows: 8, columns: 8)),
      to: "digits/train-images-idx3-ubyte.gz")
    try directory.write(IDXBytes.labels(count: 300), to: "digits/train-labels-idx1-ubyte")
  }

  private static let small = [
    "--data", "digits", "--batch-size", "64", "--generator-layers", "16", "--discriminator-layers",
    "16", "--threads", "2",
  ]

  private func train(_ arguments: String..., environment: [String: String] = [:]) throws
    -> Program.Outcome
  {
    try Program.run(Self.small + arguments, in: directory.path, environment: environment)
  }

  private func rows(_ run: String) throws -> [[String]] {
    let text = try String(contentsOfFile: directory.path + "/\(run)/metrics.csv", encoding: .utf8)
    return text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func `a run leaves a table and prints its directory`() throws {
    let outcome = try train("--epochs", "2")
    #expect(outcome.status == 0)
    #expect(outcome.output == "runs/001-xavier-he-seed0\n")
    #expect(outcome.errorLines[0] == "data: digits, 300 images of 8 × 8")
    #expect(outcome.errors.contains("generator 100 → 16 → 64,"))
    #expect(outcome.errors.contains("discriminator 64 → 16 → 1,"))

    let rows = try rows("runs/001-xavier-he-seed0")
    #expect(
      rows[0].joined(separator: ",")
        == "init,seed,epoch,step,d_loss_real,d_loss_fake,d_loss,g_loss,d_accuracy_real,"
        + "d_accuracy_fake,d_accuracy,g_accuracy,seconds,images_per_second")
    #expect(rows.map(\.count) == [14, 14, 14])
    #expect(rows[1][..<4] == ["xavier-he", "0", "1", "4"])
    #expect(rows[2][..<4] == ["xavier-he", "0", "2", "8"])
    for row in rows[1...] {
      let numbers = row[1...].compactMap(Double.init)
      #expect(numbers.count == 13 && numbers.allSatisfy(\.isFinite))
      #expect(abs(numbers[3] + numbers[4] - numbers[5]) < 2e-6)
      #expect(abs((numbers[7] + numbers[8]) / 2 - numbers[9]) < 2e-6)
    }
  }

  @Test func `the subcommand may be named, and runs are numbered`() throws {
    _ = try train("--max-steps", "1", "--init", "random", "--init-std", "0.5")
    let outcome = try Program.run(
      ["train"] + Self.small + ["--max-steps", "1", "--seed", "7"], in: directory.path)
    #expect(outcome.output == "runs/002-xavier-he-seed7\n")
    #expect(try rows("runs/001-random-0.5-seed0")[1][0] == "random:0.5")
  }

  @Test func `a smoke run writes a row for the part of the epoch that ran`() throws {
    let outcome = try train("--max-steps", "6", "--run-dir", "smoke")
    #expect(outcome.status == 0)
    #expect(outcome.output == "smoke\n")
    #expect(try rows("smoke").dropFirst().map { $0[2...3] } == [["1", "4"], ["2", "6"]])
  }

  @Test func `the same seed gives the same table but for the times`() throws {
    for run in ["a", "b"] { _ = try train("--epochs", "2", "--run-dir", run) }
    #expect(try rows("a").map { $0[..<12] } == rows("b").map { $0[..<12] })
    _ = try train("--epochs", "2", "--run-dir", "c", "--seed", "1")
    #expect(try rows("a").map { $0[4...] } != rows("c").map { $0[4...] })
  }

  @Test(arguments: [
    "random", "xavier", "he", "xavier-he", "lecun", "pytorch", "orthogonal", "zeros",
  ])
  func `every initialiser trains`(scheme: String) throws {
    let hasDistribution = scheme != "orthogonal" && scheme != "zeros"
    for distribution in hasDistribution ? ["normal", "uniform", "truncated-normal"] : [""] {
      let run = "\(scheme)-\(distribution)"
      let option = hasDistribution ? ["--init-distribution", distribution] : []
      let outcome = try Program.run(
        Self.small + ["--init", scheme, "--max-steps", "2", "--run-dir", run] + option,
        in: directory.path)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try rows(run).count == 2)
    }
  }

  @Test(arguments: ["leaky-relu", "relu", "tanh", "sigmoid", "identity"])
  func `every activation trains`(activation: String) throws {
    let outcome = try train("--hidden-activation", activation, "--max-steps", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `quiet means nothing on standard error`() throws {
    let outcome = try train("--max-steps", "1", "--quiet")
    #expect(outcome.errors == "")
    #expect(outcome.output == "runs/001-xavier-he-seed0\n")
  }

  // MARK: What is refused

  struct Mistake: CustomTestStringConvertible {
    let arguments: [String]
    let message: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let mistakes = [
    Mistake(
      arguments: ["--init", "xavierhe"],
      message: ["--init", "random", "xavier-he", "lecun", "pytorch", "zeros"]),
    Mistake(
      arguments: ["--init-distribution", "gauss"],
      message: ["--init-distribution", "normal", "uniform"]),
    Mistake(
      arguments: ["--init", "random", "--init-std", "0"], message: ["--init-std", "above 0"]),
    Mistake(
      arguments: ["--init", "he", "--init-std", "1"], message: ["--init-std", "--init he has no"]),
    Mistake(
      arguments: ["--init", "random", "--init-std", "nan"], message: ["--init-std", "above 0"]),
    Mistake(
      arguments: ["--hidden-activation", "gelu"],
      message: ["--hidden-activation", "leaky-relu", "sigmoid", "identity"]),
    Mistake(arguments: ["--epochs", "0"], message: ["--epochs 0", "1 to"]),
    Mistake(arguments: ["--epochs", "many"], message: ["--epochs", "many", "1 or more"]),
    Mistake(arguments: ["--batch-size", "0"], message: ["--batch-size 0", "1 to"]),
    Mistake(
      arguments: ["--batch-size", "301"],
      message: ["batches of 301", "at most 300", "--batch-size"]),
    Mistake(arguments: ["--learning-rate", "-1"], message: ["--learning-rate", "above 0"]),
    Mistake(arguments: ["--learning-rate", "inf"], message: ["--learning-rate", "above 0"]),
    Mistake(arguments: ["--beta1", "1"], message: ["--beta1 1", "from 0 to below 1"]),
    Mistake(arguments: ["--beta2", "-0.1"], message: ["--beta2 -0.1", "from 0 to below 1"]),
    Mistake(arguments: ["--latent-size", "0"], message: ["--latent-size 0", "1 to"]),
    Mistake(
      arguments: ["--generator-layers", "16,0"],
      message: ["--generator-layers", "16,0", "1 to 16384"]),
    Mistake(arguments: ["--generator-layers", "16,,8"], message: ["--generator-layers", "sizes"]),
    Mistake(
      arguments: ["--discriminator-layers", "99999999999"], message: ["--discriminator-layers"]),
    Mistake(arguments: ["--leaky-slope", "2"], message: ["--leaky-slope 2", "from 0 to 1"]),
    Mistake(arguments: ["--seed", "-1"], message: ["--seed", "-1", "from 0"]),
    Mistake(arguments: ["--threads", "0"], message: ["--threads 0", "1 to"]),
    Mistake(arguments: ["--max-steps", "0"], message: ["--max-steps 0", "1 to"]),
    Mistake(arguments: ["--speed", "9"], message: ["--speed"]),
  ]

  @Test(arguments: mistakes)
  func `a wrong option is named, with what it may be`(mistake: Mistake) throws {
    let outcome = try Program.run(Self.small + mistake.arguments, in: directory.path)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/runs"))
    for part in mistake.message { #expect(outcome.errors.contains(part), "in: \(outcome.errors)") }
  }

  @Test func `bad data gives one clear line and no run`() throws {
    try directory.write(Array("<html>".utf8), to: "digits/train-images-idx3-ubyte.gz")
    let outcome = try train("--max-steps", "1")
    #expect(outcome.status == 66)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("Error: digits/train-images-idx3-ubyte.gz: a web page"))
    #expect(outcome.errors.contains("scripts/fetch-mnist"))
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/runs"))
  }

  @Test func `a run directory with files is left alone`() throws {
    _ = try train("--max-steps", "1", "--run-dir", "run")
    let before = try rows("run")
    let outcome = try train("--max-steps", "2", "--run-dir", "run")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("run: has files already"))
    #expect(try rows("run") == before)
  }

  @Test func `training that diverges stops with the rows before it`() throws {
    let outcome = try train(
      "--learning-rate", "1e30", "--epochs", "50", "--run-dir", "run", "--init", "random",
      "--init-std", "100")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("diverged at step"))
    #expect(try !rows("run").joined().contains { $0.contains("nan") || $0.contains("inf") })
  }

  @Test func `without --data the shipped digits are used, and named in the first line`() throws {
    let outcome = try Program.run(["--max-steps", "1", "--quiet"], in: directory.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let spoken = try Program.run(["--max-steps", "1"], in: directory.path)
    #expect(spoken.errorLines[0].hasPrefix("data: "))
    #expect(spoken.errorLines[0].contains("images of 28 × 28"))
  }

  @Test func `data/mnist in the working directory comes first`() throws {
    try directory.makeDirectory("data")
    try FileManager.default.moveItem(
      atPath: directory.path + "/digits", toPath: directory.path + "/data/mnist")
    let arguments = Self.small.filter { !["--data", "digits"].contains($0) }
    let outcome = try Program.run(arguments + ["--max-steps", "1"], in: directory.path)
    #expect(outcome.errorLines[0] == "data: data/mnist, 300 images of 8 × 8")
  }
}
