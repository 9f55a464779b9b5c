/// Weights and biases from and to files of other programs, in the safetensors format: the arrays of a
/// PyTorch `nn.Sequential` (`0.weight` [outputs, inputs], `0.bias`, `2.weight` …) or this program's own
/// (`generator.0.weights` [inputs, outputs], `generator.0.biases` …).
package enum WeightFile {
  // MARK: Reading

  /// Fills `network` with the weights and biases that a file has for it.
  ///
  /// - Parameter name: the network's; it may stand before the names of arrays.
  /// - Throws: ``StorageError`` where an array is missing, of another shape, or not finite.
  static func fill(_ network: MLP, _ name: String, from path: String) throws(StorageError) {
    let file = try Safetensors(path: path, isOurs: false)
    if file.names.contains("\(name).0.weights") {
      try file.fill(network.tensors(name, network.parameters))
    } else {
      let prefix = file.names.contains { $0.hasPrefix(name + ".") } ? name + "." : ""
      try fill(network, fromSequential: file, prefix, name)
    }
    if let layer = network.firstNonFiniteLayer {
      throw StorageError("\(path): a weight of layer \(layer) is not a finite number.")
    }
  }

  private static func fill(
    _ network: MLP, fromSequential file: Safetensors, _ prefix: String, _ name: String
  ) throws(StorageError) {
    let numbers = file.names.compactMap { array -> Int? in
      guard array.hasPrefix(prefix), array.hasSuffix(".weight") else { return nil }
      return Int(array.dropFirst(prefix.count).dropLast(".weight".count))
    }.sorted()
    guard numbers.count == network.layers.count else {
      let found = numbers.map { "\(prefix)\($0).weight" }.joined(separator: ", ")
      throw StorageError(
        "\(file.path): the weights of \(numbers.count) layers\(found.isEmpty ? "" : " (\(found))"), "
          + "expected those of \(network.layers.count): arrays \(name).0.weights … or 0.weight ….")
    }
    var tensors: [Safetensors.Tensor] = []
    for (number, layer) in zip(numbers, network.layers) {
      let transposed = Matrix(rows: layer.outputs, columns: layer.inputs)
      tensors.append(
        Safetensors.Tensor(
          name: "\(prefix)\(number).weight", shape: [layer.outputs, layer.inputs],
          values: { transposed }, take: { layer.weights.copy(transposing: $0) }))
      tensors.append(
        Safetensors.Tensor(
          name: "\(prefix)\(number).bias", shape: [layer.outputs], values: { layer.biases }))
    }
    let expected = Set(tensors.map(\.name))
    if let other = file.names.first(where: { $0.hasPrefix(prefix) && !expected.contains($0) }) {
      throw StorageError(
        "\(file.path): array \(other), expected weights and biases of linear layers only.")
    }
    try file.fill(tensors)
  }

  // MARK: Writing

  /// Writes what `load_state_dict` of the module in ``sequential(_:)`` takes.
  ///
  /// - Throws: ``StorageError``.
  package static func write(_ network: MLP, to path: String) throws(StorageError) {
    let network = network.split(across: 1)
    let places = linearPlaces(network)
    let tensors = zip(network.layers, places).flatMap { layer, place in
      [
        Safetensors.Tensor(
          name: "\(place).weight", shape: [layer.outputs, layer.inputs],
          values: {
            let transposed = Matrix(rows: layer.outputs, columns: layer.inputs)
            transposed.copy(transposing: layer.weights)
            return transposed
          }),
        Safetensors.Tensor(
          name: "\(place).bias", shape: [layer.outputs], values: { layer.biases }),
      ]
    }
    try Safetensors.write(tensors, metadata: ["format": "pt"], to: path)
  }

  /// The module in Python, a line each.
  package static func sequential(_ network: MLP) -> [String] {
    let modules = network.layers.flatMap { layer in
      ["nn.Linear(\(layer.inputs), \(layer.outputs))"]
        + (layer.activation.module(slope: network.leakySlope).map { [$0] } ?? [])
    }
    return ["nn.Sequential("] + modules.map { "    \($0)," } + [")"]
  }

  /// The places of the linear layers among the modules.
  private static func linearPlaces(_ network: MLP) -> [Int] {
    var place = 0
    return network.layers.map { layer in
      defer { place += layer.activation == .identity ? 1 : 2 }
      return place
    }
  }
}

extension Activation {
  /// PyTorch's module; nil for none.
  fileprivate func module(slope: Float) -> String? {
    switch self {
    case .leakyReLU: "nn.LeakyReLU(\(slope))"
    case .relu: "nn.ReLU()"
    case .tanh: "nn.Tanh()"
    case .sigmoid: "nn.Sigmoid()"
    case .softsign: "nn.Softsign()"
    case .selu: "nn.SELU()"
    case .identity: nil
    }
  }
}

extension Matrix {
  /// Takes over the elements of `other`, [columns, rows].
  fileprivate func copy(transposing other: Matrix) {
    for row in 0..<rows { for column in 0..<columns { self[row, column] = other[column, row] } }
  }
}
