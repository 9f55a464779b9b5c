import Foundation
import TestSupport
import Testing

/// Small runs in a directory of their own, and what they leave.
struct SmallRuns {
  let directory: TemporaryDirectory
  static let options = [
    "--data", "digits", "--batch-size", "64", "--generator-layers", "32", "--discriminator-layers",
    "32", "--threads", "2", "--checkpoint-every", "2",
  ]

  /// With 300 images of 8 × 8 in `digits`.
  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    try directory.write(
      IDXBytes.images(count: 300, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
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
    let samples = try (files(run, "samples"), files(other, "samples"))
    for (name, picture) in samples.1 { #expect(samples.0[name] == picture, "\(name)") }
    let checkpoints = try (files(run, "checkpoints"), files(other, "checkpoints"))
    let last = try #require(checkpoints.1.keys.max())
    #expect(checkpoints.0[last] == checkpoints.1[last])
    #expect(exists("\(run)/summary.json") == finished)
  }
}
