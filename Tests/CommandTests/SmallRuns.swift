import Foundation
import TestSupport
import Testing

/// Small runs in a directory of their own, and what they leave.
struct SmallRuns {
  let directory: TemporaryDirectory
  /// Of each subcommand that trains.
  static let optionsOf = [
    "train": options,
    "classify": [
      "classify", "--data", "digits", "--batch-size", "64", "--hidden-layers", "32,16",
      "--optimizer", "momentum", "--threads", "2", "--checkpoint-every", "2",
      "--log-every", "3",
    ],
  ]
  static let options = [
    "--data", "digits", "--batch-size", "64", "--generator-layers", "32", "--discriminator-layers",
    "32", "--threads", "2", "--checkpoint-every", "2", "--log-every", "3",
  ]

  /// With ``IDXBytes/smallDataset`` in `digits`.
  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    for (name, bytes) in IDXBytes.smallDataset { try directory.write(bytes, to: "digits/" + name) }
  }

  func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: directory.path)
  }

  func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, in: directory.path)
  }

  func train(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(Self.options + arguments, in: directory.path)
  }

  func files(_ run: String, _ folder: String) throws -> [String: Data] {
    let path = directory.path + "/\(run)/\(folder)"
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(fileURLWithPath: path + "/" + $0)))
      })
  }

  /// The table without the times.
  func table(_ run: String) throws -> [String] {
    try String(contentsOfFile: directory.path + "/\(run)/metrics.csv", encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",").dropLast(2).joined(separator: ",")
      }
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: directory.path + "/" + path)
  }

  /// Expects two finished runs to have the same tables, and the same samples and last checkpoints,
  /// byte by byte.
  func expectSame(_ run: String, _ other: String, finished: Bool = true) throws {
    #expect(try table(run) == table(other))
    for table in ["steps.csv", "layers.csv", "histograms.csv"] {
      let whole = FileManager.default.contents(atPath: directory.path + "/\(other)/\(table)")
      #expect((whole ?? Data()).count { $0 == UInt8(ascii: "\n") } > 1, "\(table) is empty")
      #expect(
        FileManager.default.contents(atPath: directory.path + "/\(run)/\(table)") == whole,
        "\(table)")
    }
    if exists("\(other)/samples") {
      let samples = try (files(run, "samples"), files(other, "samples"))
      for (name, picture) in samples.1 { #expect(samples.0[name] == picture, "\(name)") }
    }
    let checkpoints = try (files(run, "checkpoints"), files(other, "checkpoints"))
    let last = try #require(checkpoints.1.keys.max())
    #expect(checkpoints.0[last] == checkpoints.1[last])
    #expect(exists("\(run)/summary.json") == finished)
  }
}
