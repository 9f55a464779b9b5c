import Foundation
import TestSupport
import Testing

@testable import GANLab

struct CheckpointTests {
  private static let dataset = ImageDataset(
    count: 40, rows: 4, columns: 4, pixels: (0..<640).map { UInt8($0 % 251) })

  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/checkpoint.safetensors"
  }

  private static func experiment(
    latentSize: Int = 6, threads: Int = 1
  ) throws -> Experiment<GAN> {
    var configuration = GANConfiguration()
    configuration.threads = threads
    configuration.batchSize = 12
    configuration.latentSize = latentSize
    configuration.generatorLayers = [10]
    configuration.discriminatorLayers = [10]
    configuration.seed = .max
    configuration.learningRate = 0.1 + 0.2
    return try Experiment<GAN>(configuration, dataset: dataset)
  }

  /// Trained for some steps, so that every array has something in it.
  private static func trained(steps: Int, threads: Int = 1) throws -> Experiment<GAN> {
    let experiment = try experiment(threads: threads)
    var left = steps
    while left > 0 {
      _ = try experiment.trainEpoch { _ in
        left -= 1
        return left > 0
      }
    }
    return experiment
  }

  @Test(arguments: [1, 2, 3, 5])
  func `a restored run goes on as the run itself, to the bit`(threads: Int) throws {
    for steps in [3, 4] {
      let run = try Self.trained(steps: steps, threads: threads)
      try Checkpoint<GAN>.write(run, to: path)
      let checkpoint = try Checkpoint<GAN>(path: path)
      #expect(checkpoint.configuration == run.configuration)
      #expect(checkpoint.data == run.dataDescription)
      let restored = try Experiment<GAN>(checkpoint.configuration, dataset: Self.dataset)
      try checkpoint.restore(restored)
      #expect(restored.position == run.position && restored.step == steps)
      for _ in 0..<3 {
        let (record, expected) = (try restored.trainEpoch(), try run.trainEpoch())
        #expect(record?.statistics == expected?.statistics)
      }
      try Checkpoint<GAN>.write(run, to: path)
      try Checkpoint<GAN>.write(restored, to: path + "2")
      #expect(FileManager.default.contentsEqual(atPath: path, andPath: path + "2"))
    }
  }

  @Test func `the file is as the safetensors format has it`() throws {
    let run = try Self.trained(steps: 3)
    try Checkpoint<GAN>.write(run, to: path)
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let length = file[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0 && file[8] == UInt8(ascii: "{"))
    let header = try #require(
      JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: [String: Any]])
    // The metadata, weights and biases of 4 layers with two moments each, and the noise.
    #expect(header.count == 26)
    var ends: [Int: Int] = [:]
    for (name, entry) in header where name != "__metadata__" {
      #expect(entry["dtype"] as? String == "F32")
      let offsets = try #require(entry["data_offsets"] as? [Int])
      let shape = try #require(entry["shape"] as? [Int])
      #expect(offsets[1] - offsets[0] == 4 * shape.reduce(1, *))
      ends[offsets[0]] = offsets[1]
    }
    var end = 0
    while let next = ends.removeValue(forKey: end) { end = next }
    #expect(ends.isEmpty && 8 + length + end == file.count, "holes or overlaps")
    #expect(header["generator.1.weights.first_moment"]?["shape"] as? [Int] == [10, 16])
    #expect(header["discriminator.1.biases"]?["shape"] as? [Int] == [1])
    #expect(header["sample_noise"]?["shape"] as? [Int] == [64, 6])
    #expect(header["__metadata__"]?["step"] as? String == "3")
    #expect(header["__metadata__"]?["epoch"] as? String == "1")
  }

  @Test func `the safetensors package for Python reads it`() throws {
    try Checkpoint<GAN>.write(Self.trained(steps: 3), to: path)
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = [
      "python3", "-c",
      """
      import sys
      try:
          from safetensors import safe_open
          from safetensors.numpy import load_file
      except ImportError:
          sys.exit(77)
      tensors = load_file(sys.argv[1])
      assert len(tensors) == 25 and tensors["generator.0.weights"].shape == (6, 10)
      assert all((t == t).all() and t.any() for t in tensors.values())
      with safe_open(sys.argv[1], "numpy") as file:
          assert file.metadata()["format"] == "gan-train" and len(file.metadata()["sha256"]) == 64
      """, path,
    ]
    try python.run()
    python.waitUntilExit()
    if python.terminationStatus == 77 {
      print("skipped: Python has no safetensors here (pip install safetensors numpy)")
    } else {
      #expect(python.terminationStatus == 0)
    }
  }

  @Test func `every cut and every flipped bit is found, with a message and without a crash`() throws
  {
    let run = try Self.trained(steps: 3)
    try Checkpoint<GAN>.write(run, to: path)
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let headerEnd = sound.count - 4 * 2000
    var messages: Set<String> = []
    func expectRefused(_ bytes: [UInt8], _ what: String) throws {
      try directory.write(bytes, to: "damaged")
      do {
        _ = try Checkpoint<GAN>(path: directory.path + "/damaged")
        Issue.record("\(what): not refused")
      } catch {
        #expect(error.description.hasPrefix(directory.path + "/damaged: "))
        messages.insert(String(error.description.dropFirst(directory.path.count + 10).prefix(12)))
      }
    }
    for length in Array(0..<64) + (0..<200).map({ _ in Int.random(in: 0..<sound.count) }) {
      try expectRefused(Array(sound[..<length]), "cut to \(length)")
    }
    // Most in the header, where a bit has a meaning.
    let bits =
      Array(0..<64) + (0..<600).map { _ in Int.random(in: 0..<headerEnd * 8) }
      + (0..<200).map { _ in Int.random(in: 0..<sound.count * 8) }
    for bit in bits {
      var damaged = sound
      damaged[bit / 8] ^= 1 << (bit % 8)
      try expectRefused(damaged, "bit \(bit) flipped")
    }
    try expectRefused(sound + [0], "a byte too long")
    #expect(messages.count >= 4, "\(messages)")
  }

  @Test func `another version, other networks and other files are refused`() throws {
    func refusal(_ path: String) -> String {
      do {
        let checkpoint = try Checkpoint<GAN>(path: path)
        try checkpoint.restore(Self.experiment(latentSize: 7))
        return ""
      } catch { return "\(error)" }
    }
    let values = Matrix(rows: 2, columns: 2)
    let tensor = Safetensors.Tensor(name: "x", shape: [2, 2], values: { values })
    try Safetensors.write([tensor], metadata: [:], to: path)
    #expect(refusal(path).contains("not a checkpoint of gan-train"))
    try Safetensors.write(
      [tensor], metadata: ["format": "gan-train", "format_version": "3", "program_version": "9.1"],
      to: path)
    #expect(refusal(path).contains("format version 3, written by gan-train 9.1; a newer version"))
    #expect(refusal(path).contains("9.1"))
    try Safetensors.write(
      [tensor], metadata: ["format": "gan-train", "format_version": "1"], to: path)
    #expect(refusal(path).contains("configuration"))
    try Checkpoint<GAN>.write(Self.experiment(), to: path)
    #expect(refusal(path).contains("generator.0.weights has shape [6, 10], expected [7, 10]"))
    #expect(refusal(path + "none").contains("cannot be read: No such file"))
  }

  @Test func `a checkpoint that cannot be written leaves the one before it`() throws {
    let run = try Self.trained(steps: 3)
    try Checkpoint<GAN>.write(run, to: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: StorageError.self) {
      try AtomicFile.write(to: path) { (file) throws(StorageError) in
        try file.write([1, 2, 3])
        throw StorageError("interrupted")
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
  }

  @Test func `weights that are not finite are found before they are saved`() throws {
    let run = try Self.trained(steps: 3)
    try run.checkWeights()
    run.model.discriminator.layers[1].biases[0, 0] = .nan
    #expect(throws: TrainingError.nonFiniteWeights(step: 3, network: "discriminator", layer: 1)) {
      try run.checkWeights()
    }
  }

  /// FIPS 180-4's examples.
  @Test func `checksums are SHA-256`() {
    #expect(
      SHA256.of(Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.of([]).hasPrefix("e3b0c44298fc1c14"))
  }
}
