import Foundation

/// A run at one instant, in a safetensors file: both networks, both Adams' moments, the noise that
/// samples are drawn from, and in the metadata everything else that a run needs to go on as if it had never stopped.
///
/// Arrays, for each layer l of `generator` and `discriminator`: `generator.l.weights`
/// [inputs, outputs] and `generator.l.biases` [outputs], the same with `.first_moment` and
/// `.second_moment`; and `sample_noise` [64, latent size].
///
/// The metadata's values are text: `format` "gan-train", `format_version`, `program_version`,
/// `configuration` (JSON), `data` (JSON), `epoch` (whole ones), `step`, `position` (JSON) and
/// `sha256`. The random streams have no state besides the seed, the epoch and the step
/// (``RandomStream``).
public struct Checkpoint {
  static let formatVersion = "1"

  public let path: String
  public let configuration: Configuration
  public let data: DataDescription
  public let position: Position
  private let file: Safetensors

  /// - Throws: ``StorageError``; a checkpoint that was at `path` before is intact then.
  public static func write(_ experiment: Experiment, to path: String) throws(StorageError) {
    func text(_ value: some Encodable) throws(StorageError) -> String {
      do { return String(decoding: try JSON.compact(value), as: UTF8.self) } catch {
        throw StorageError("\(path): the run's state does not fit into JSON: \(error).")
      }
    }
    try Safetensors.write(
      tensors(of: experiment),
      metadata: [
        "format": "gan-train", "format_version": formatVersion,
        "program_version": ganTrainVersion,
        "configuration": try text(experiment.configuration),
        "data": try text(experiment.dataDescription),
        "epoch": "\(experiment.position.epochs)", "step": "\(experiment.step)",
        "position": try text(experiment.position),
      ], to: path)
  }

  /// Reads and checks a checkpoint.
  ///
  /// - Throws: ``StorageError`` that says what was expected and found.
  public init(path: String) throws(StorageError) {
    let file = try Safetensors(path: path)
    guard file.metadata["format"] == "gan-train" else {
      throw StorageError("\(path): not a checkpoint of gan-train.")
    }
    let version = file.metadata["format_version"] ?? "none"
    guard version == Self.formatVersion else {
      throw StorageError(
        "\(path): format version \(version), expected \(Self.formatVersion). Use the version of "
          + "gan-train that wrote it (\(file.metadata["program_version"] ?? "unknown")).")
    }
    func value<Value: Decodable>(_ type: Value.Type, _ key: String) throws(StorageError) -> Value {
      let text = file.metadata[key] ?? ""
      guard let value = try? JSON.decode(type, from: Array(text.utf8)) else {
        throw StorageError("\(path): \(key) in the metadata is not as expected.")
      }
      return value
    }
    self.path = path
    self.file = file
    configuration = try value(Configuration.self, "configuration")
    data = try value(DataDescription.self, "data")
    position = try value(Position.self, "position")
  }

  /// Brings an experiment that was just made with ``configuration`` to where the checkpoint is.
  ///
  /// - Throws: ``StorageError`` where the networks' shapes differ.
  public func restore(_ experiment: Experiment) throws(StorageError) {
    try file.fill(Self.tensors(of: experiment))
    experiment.position = position
    experiment.gan.generatorAdam.step = experiment.step
    experiment.gan.discriminatorAdam.step = experiment.step
  }

  /// The generator alone.
  ///
  /// - Throws: ``StorageError`` where the shapes are not the configuration's.
  public func generator() throws(StorageError) -> MLP {
    let generator = configuration.makeGenerator(pixels: data.rows * data.columns)
    try file.fill(Self.tensors(of: generator, "generator", generator.parameters, ""))
    return generator
  }

  /// The discriminator alone.
  ///
  /// - Throws: ``StorageError`` where the shapes are not the configuration's.
  public func discriminator() throws(StorageError) -> MLP {
    let discriminator = configuration.makeDiscriminator(pixels: data.rows * data.columns)
    try file.fill(
      Self.tensors(of: discriminator, "discriminator", discriminator.parameters, ""))
    return discriminator
  }

  private static func tensors(of experiment: Experiment) -> [Safetensors.Tensor] {
    let gan = experiment.gan
    let noise = experiment.sampleNoise
    return [
      ("generator", gan.generator, gan.generatorAdam),
      ("discriminator", gan.discriminator, gan.discriminatorAdam),
    ].flatMap { name, network, adam in
      tensors(of: network, name, network.parameters, "")
        + tensors(of: network, name, adam.firstMoments, ".first_moment")
        + tensors(of: network, name, adam.secondMoments, ".second_moment")
    } + [
      Safetensors.Tensor(
        name: "sample_noise", shape: [noise.rows, noise.columns], start: noise.start)
    ]
  }

  /// What `storage` has for the weights and biases of `network`.
  private static func tensors(
    of network: MLP, _ name: String, _ storage: FloatStorage, _ suffix: String
  ) -> [Safetensors.Tensor] {
    network.layers.enumerated().flatMap { index, layer in
      [
        Safetensors.Tensor(
          name: "\(name).\(index).weights\(suffix)", shape: [layer.inputs, layer.outputs],
          start: storage.start + layer.weightOffset),
        Safetensors.Tensor(
          name: "\(name).\(index).biases\(suffix)", shape: [layer.outputs],
          start: storage.start + layer.biasOffset),
      ]
    }
  }
}
