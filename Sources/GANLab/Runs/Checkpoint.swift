/// A run at one instant, in a safetensors file: the networks, their optimisers' state, the model's
/// constants, and in the metadata everything else that a run needs to go on as if it had never stopped.
///
/// Arrays, for each layer l of each network, here the generator: `generator.l.weights`
/// [inputs, outputs] and `generator.l.biases` [outputs], the same with `.first_moment` or whatever
/// state the optimiser's rule has; and the constants, such as `sample_noise`.
///
/// The metadata's values are text: `format` "gan-train", `format_version`, `program_version`, `kind`,
/// `configuration` and `data` (JSON as in config.json), `epoch` (whole ones), `step`, `position`
/// (JSON) and `sha256`. The random streams have no state besides the seed, the epoch and the step
/// (``RandomStream``).
package struct Checkpoint<Model: Trainable> {
  package let path: String
  package let configuration: Model.Configuration
  package let data: DataDescription
  let position: Position<Model.Statistics>
  private let file: Safetensors

  /// - Throws: ``StorageError``; a checkpoint that was at `path` before is intact then.
  package static func write(_ experiment: Experiment<Model>, to path: String) throws(StorageError) {
    func text(_ value: some Encodable) throws(StorageError) -> String {
      do { return String(decoding: try JSON.compact(value), as: UTF8.self) } catch {
        throw StorageError("\(path): the run's state does not fit into JSON: \(error).")
      }
    }
    try Safetensors.write(
      tensors(of: experiment),
      metadata: [
        "format": "gan-train", "format_version": "\(runFormatVersion)",
        "program_version": programVersion, "kind": Model.kind.rawValue,
        "configuration": try text(experiment.configuration),
        "data": try text(experiment.dataDescription),
        "epoch": "\(experiment.position.epochs)", "step": "\(experiment.step)",
        "position": try text(experiment.position),
      ], to: path)
  }

  /// Reads and checks a checkpoint, of this version or one before.
  ///
  /// - Throws: ``StorageError`` that says what was expected and found.
  package init(path: String) throws(StorageError) {
    let file = try Safetensors(path: path)
    let metadata = file.metadata
    guard metadata["format"] == "gan-train" else {
      throw StorageError("\(path): not a checkpoint of gan-train.")
    }
    let version = metadata["format_version"].flatMap { Int($0) } ?? 0
    guard version <= runFormatVersion else {
      throw StorageError.newerFormat(path, version, metadata["program_version"] ?? "unknown")
    }
    let kind = metadata["kind"] ?? RunKind.gan.rawValue
    guard kind == Model.kind.rawValue else {
      throw StorageError(
        "\(path): a checkpoint of a \(kind), expected one of a \(Model.kind.rawValue).")
    }
    func value<Value: Decodable>(
      _ key: String, defaults: some Encodable, formerNames: [String: String] = [:]
    ) throws(StorageError) -> Value {
      do {
        return try JSON.decode(
          Value.self, from: [UInt8]((metadata[key] ?? "").utf8), defaults: defaults,
          formerNames: formerNames)
      } catch {
        throw StorageError("\(path): \(key) in the metadata is not as expected.")
      }
    }
    self.path = path
    self.file = file
    configuration = try value("configuration", defaults: Model.Configuration())
    data = try value("data", defaults: [String: String]())
    position = try value(
      "position", defaults: Position<Model.Statistics>(),
      formerNames: Position<Model.Statistics>.formerNames)
  }

  /// Brings an experiment that was just made with ``configuration`` to where the checkpoint is.
  ///
  /// - Throws: ``StorageError`` where the networks' shapes differ.
  package func restore(_ experiment: Experiment<Model>) throws(StorageError) {
    try file.fill(Self.tensors(of: experiment))
    experiment.position = position
    for trained in experiment.model.networks { trained.optimizer.step = experiment.step }
  }

  /// The whole epochs, and the steps, that were done.
  package var epochs: Int { position.epochs }
  package var step: Int { Int(file.metadata["step"] ?? "") ?? 0 }

  /// One of the networks alone; nil where the model has none of this name.
  ///
  /// - Throws: ``StorageError`` where the shapes are not the configuration's.
  package func network(_ name: String) throws(StorageError) -> MLP? {
    let networks = Model.makeNetworks(configuration, for: data)
    guard let network = networks.first(where: { $0.name == name })?.network else { return nil }
    try file.fill(network.tensors(name, network.parameters))
    return network
  }

  private static func tensors(of experiment: Experiment<Model>) -> [Safetensors.Tensor] {
    experiment.model.networks.flatMap { trained in
      let (name, network) = (trained.name, trained.network)
      return network.tensors(name, network.parameters)
        + trained.optimizer.state.flatMap { network.tensors(name, $0.values, ".\($0.name)") }
    }
      + experiment.model.constants.map { name, matrix in
        Safetensors.Tensor(name: name, shape: [matrix.rows, matrix.columns], values: { matrix })
      }
  }
}

extension RunKind {
  /// The kind of run that a checkpoint is of.
  ///
  /// - Throws: ``StorageError`` where it cannot be read.
  package init(ofCheckpoint path: String) throws(StorageError) {
    let name = try Safetensors(path: path).metadata["kind"] ?? RunKind.gan.rawValue
    guard let kind = RunKind(rawValue: name) else {
      throw StorageError("\(path): a checkpoint of a \(name), which this version does not know.")
    }
    self = kind
  }
}
