import Foundation
import TestSupport
import Testing

struct ProbeTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    try directory.write(
      IDXBytes.images(count: 100, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
    try directory.write(IDXBytes.labels(count: 100), to: "digits/train-labels-idx1-ubyte")
  }

  private static let small = ["--layers", "3", "--width", "20", "--batch-size", "50"]

  private func probe(_ arguments: String..., environment: [String: String] = [:]) throws
    -> Program.Outcome
  {
    try Program.run(
      ["probe"] + Self.small + arguments, in: directory.path, environment: environment)
  }

  private func table(_ name: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: directory.path + "/" + name, encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test func `a row a layer, with bars, in ASCII where the terminal has no more`() throws {
    let outcome = try probe("--activation", "tanh", environment: ["LC_ALL": "en_GB.UTF-8"])
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 1 + 1 + 1 + 3 + 1 + 2 + 5)
    #expect(lines[7].hasPrefix("theory: "))
    for (line, title) in zip(lines[9...], ["signal", "inputs", "gradient", "depth", "verdict"]) {
      #expect(line.hasPrefix(title + ": "), "\(line)")
    }
    #expect(lines[3].contains("xavier") && lines[3].contains("█"))
    let plain = try probe("--activation", "tanh", environment: ["LC_ALL": "C"])
    #expect(plain.output.contains("@") && !plain.output.contains("█"))
  }

  @Test func `the tables have a row a trial and layer, and the bins of the first trial`() throws {
    let outcome = try probe("--trials", "4", "--output", "out/probe", "--jacobian")
    #expect(outcome.status == 0 && outcome.output.contains("4 trials"))
    let layers = try table("out/probe/layers.csv")
    #expect(layers.count == 12)
    #expect(Set(layers.map { $0["trial"] }) == ["1", "2", "3", "4"])
    #expect(Set(layers.map { $0["a_std"] }).count == 12, "the trials' weights differ")
    for row in layers {
      for name in [
        "z_std", "a_mean", "gradient_std", "weight_gradient_std", "jacobian_singular_value",
      ] {
        #expect(row[name].flatMap(Double.init) != nil, "\(name)")
      }
    }
    let histograms = try table("out/probe/histograms.csv")
    #expect(histograms.count == 3 * 2 * 41)
    for layer in ["1", "2", "3"] {
      let counts = histograms.filter { $0["layer"] == layer && $0["quantity"] == "activation" }
        .compactMap { $0["count"].flatMap { Int($0) } }
      #expect(counts.reduce(0, +) == 50 * 20)
    }
  }

  @Test func `the GAN's networks, fresh and trained, real images and a real loss`() throws {
    func network(_ name: String, _ arguments: String...) throws -> Program.Outcome {
      try Program.run(
        ["probe", "--batch-size", "50", "--network", name] + arguments, in: directory.path)
    }
    #expect(try network("generator").output.contains("784"))
    #expect(try network("discriminator", "--data", "digits").status == 0)
    let labels = try probe("--data", "digits", "--gradient", "labels", "--output", "labels")
    #expect(labels.status == 0, "\(labels.errors)")
    #expect(try table("labels/layers.csv").last?["outputs"] == "10")
    _ = try Program.run(
      [
        "--data", "digits", "--batch-size", "50", "--generator-layers", "16",
        "--discriminator-layers", "16", "--epochs", "2", "--run-dir", "run",
      ], in: directory.path)
    for name in ["generator", "discriminator"] {
      let outcome = try network(name, "--run", "run")
      #expect(outcome.status == 0 && outcome.output.contains("trained"), "\(outcome.errors)")
    }
  }

  struct Mistake: CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let mistakes = [
    Mistake(arguments: ["--layers", "0"], message: "--layers 0: must be from 1"),
    Mistake(arguments: ["--width", "-3"], message: "--width -3: must be from 1"),
    Mistake(arguments: ["--activation", "gelu"], message: "gelu"),
    Mistake(arguments: ["--trials", "0"], message: "--trials 0"),
    Mistake(arguments: ["--input-std", "0"], message: "--input-std"),
    Mistake(
      arguments: ["--init", "lecun", "--init-slope", "1"],
      message: "--init-slope: --init lecun has no"),
    Mistake(arguments: ["--init", "he", "--init-slope", "-1"], message: "--init-slope -1"),
    Mistake(arguments: ["--gain", "0"], message: "--gain"),
    Mistake(
      arguments: ["--init", "orthogonal", "--init-distribution", "uniform"],
      message: "--init-distribution: --init orthogonal has no"),
    Mistake(
      arguments: ["--network", "classifier", "--gradient", "normal"],
      message: "--gradient normal: a classifier is looked at with images and labels"),
    Mistake(
      arguments: ["--network", "classifier", "--generator-layers", "3"],
      message: "--generator-layers: applies to"),
    Mistake(arguments: ["--config", "none.json"], message: "none.json: "),
    Mistake(arguments: ["--gradient", "labels"], message: "--gradient labels: applies"),
    Mistake(arguments: ["--run", "run"], message: "name one with --network"),
    Mistake(arguments: ["--network", "generator", "--run", "none"], message: "none: no such run"),
    Mistake(arguments: ["--network", "generator", "--data", "digits"], message: "takes noise"),
    Mistake(
      arguments: ["--network", "generator", "--run", "r", "--init", "random"],
      message: "--init: the run in --run has its own"),
    Mistake(
      arguments: ["--network", "generator", "--run", "r", "--latent-size", "3"],
      message: "--latent-size: the run in --run"),
    Mistake(
      arguments: ["--network", "generator", "--layers", "4"], message: "--layers: applies to"),
    Mistake(arguments: ["--generator-layers", "5"], message: "--generator-layers: applies to"),
    Mistake(
      arguments: ["--network", "generator", "--discriminator-layers", "5"],
      message: "--discriminator-layers: --network names the other one"),
    Mistake(
      arguments: ["--layers", "1000", "--width", "16384"], message: "GB of memory"),
    Mistake(arguments: ["--data", "nothing"], message: "nothing: no such directory"),
    Mistake(arguments: ["--data", "digits", "--batch-size", "101"], message: "at most 100"),
  ]

  @Test(arguments: mistakes)
  func `bad input gets one clear line`(mistake: Mistake) throws {
    let outcome = try Program.run(["probe"] + mistake.arguments, in: directory.path)
    #expect(outcome.status != 0 && outcome.output == "")
    #expect(outcome.errorLines[0].contains(mistake.message), "\(outcome.errors)")
  }

  @Test func `a checkpoint of another shape is refused`() throws {
    _ = try Program.run(
      [
        "--data", "digits", "--batch-size", "50", "--generator-layers", "16",
        "--discriminator-layers", "16", "--max-steps", "1", "--run-dir", "run",
      ], in: directory.path)
    try directory.makeDirectory("wide")
    try directory.write(
      IDXBytes.images(count: 100, rows: 9, columns: 8), to: "wide/train-images-idx3-ubyte")
    let outcome = try Program.run(
      [
        "probe", "--network", "discriminator", "--run", "run", "--data", "wide", "--batch-size",
        "9",
      ],
      in: directory.path)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("72 pixels for a network of 64 inputs"))
  }
}
