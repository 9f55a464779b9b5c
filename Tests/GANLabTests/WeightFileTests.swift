import Foundation
import TestSupport
import Testing

@testable import GANLab

/// Weights from files, and files for PyTorch.
struct WeightFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/weights.safetensors"
  }

  private static func network(_ sizes: [Int] = [3, 5, 4, 2]) -> MLP {
    MLP(
      sizes: sizes, activations: sizes.dropFirst(2).map { _ in .tanh } + [.identity], leakySlope: 0)
  }

  /// What a tensor's elements are in ``write(_:)``: all different.
  private static func value(_ name: String, _ index: Int) -> Float {
    Float(name.utf8.reduce(0) { $0 * 3 + Int($1) } % 1000) + Float(index) / 64
  }

  private func write(_ tensors: [(name: String, shape: [Int])]) throws {
    try Safetensors.write(
      tensors.map { name, shape in
        let matrix = Matrix(rows: shape[0], columns: shape.count > 1 ? shape[1] : 1)
        matrix.fill((0..<matrix.rows * matrix.columns).map { Double(Self.value(name, $0)) })
        let flat = matrix.reshaped(rows: 1, columns: matrix.rows * matrix.columns)
        return Safetensors.Tensor(name: name, shape: shape, values: { flat })
      }, metadata: ["format": "pt"], to: path)
    // Others write no checksum.
    let text = try Data(contentsOf: URL(fileURLWithPath: path))
    let key = try #require(text.firstRange(of: Data("sha256".utf8)))
    try text.replacingSubranges(key, with: "sha257").write(to: URL(fileURLWithPath: path))
  }

  private func refusal(_ network: MLP = network()) -> String {
    do {
      try Initializer(.file, path: path).initialize(
        network, "classifier", seed: 0, purpose: .classifierWeights
      ) { Matrix(rows: 1, columns: 1) }
      return ""
    } catch { return error.description }
  }

  private static let sequential: [(name: String, shape: [Int])] = [
    ("0.weight", [5, 3]), ("0.bias", [5]), ("2.weight", [4, 5]), ("2.bias", [4]),
    ("10.weight", [2, 4]), ("10.bias", [2]),
  ]

  @Test func `a sequential's arrays are taken to the bit, in the order of their numbers`() throws {
    for prefix in ["", "classifier."] {
      try write(Self.sequential.map { (prefix + $0.name, $0.shape) })
      let network = Self.network()
      #expect(refusal(network) == "")
      for (layer, number) in zip(network.layers, [0, 2, 10]) {
        for output in 0..<layer.outputs {
          for input in 0..<layer.inputs {
            #expect(
              layer.weights[input, output]
                == Self.value("\(prefix)\(number).weight", output * layer.inputs + input))
          }
          #expect(layer.biases[0, output] == Self.value("\(prefix)\(number).bias", output))
        }
      }
    }
  }

  @Test func `what was written for PyTorch is read back to the bit, and so are our own names`()
    throws
  {
    let network = Self.network()
    Initializer(.pytorch).draw(network, seed: 1, purpose: .classifierWeights)
    func expectSame(_ other: MLP) {
      for (layer, expected) in zip(other.layers, network.layers) {
        #expect(layer.weights.elements == expected.weights.elements)
        #expect(layer.biases.elements == expected.biases.elements)
      }
    }
    try WeightFile.write(network.split(across: 2), to: path)
    #expect(
      try Safetensors(path: path).names == [
        "0.bias", "0.weight", "2.bias", "2.weight", "4.bias", "4.weight",
      ])
    var found = Self.network()
    #expect(refusal(found) == "")
    expectSame(found)
    try Safetensors.write(
      network.tensors("classifier", network.parameters), metadata: [:], to: path)
    found = Self.network()
    #expect(refusal(found) == "")
    expectSame(found)
    #expect(
      WeightFile.sequential(network) == [
        "nn.Sequential(", "    nn.Linear(3, 5),", "    nn.Tanh(),", "    nn.Linear(5, 4),",
        "    nn.Tanh(),", "    nn.Linear(4, 2),", ")",
      ])
  }

  @Test func `what does not fit is named`() throws {
    func expect(_ tensors: [(name: String, shape: [Int])], _ message: String) throws {
      try write(tensors)
      #expect(refusal().contains(message), "\(refusal())")
    }
    try expect(
      Array(Self.sequential.prefix(4)),
      "the weights of 2 layers (0.weight, 2.weight), expected those of 3")
    try expect([("x", [2])], "the weights of 0 layers, expected those of 3")
    var other = Self.sequential
    other[2].shape = [5, 5]
    try expect(other, "array 2.weight has shape [5, 5], expected [4, 5]")
    other = Self.sequential
    other[3].name = "2.beta"
    try expect(other, "array 2.beta, expected weights and biases of linear layers only")
    other.remove(at: 3)
    try expect(other, "no array 2.bias, expected one of shape [4]")
    try expect(
      [("classifier.0.weights", [3, 4]), ("classifier.0.biases", [5])],
      "classifier.0.weights has shape [3, 4], expected [3, 5]")

    try write(Self.sequential)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(bytes.firstRange(of: Data("F32".utf8)))
    try bytes.replacingSubranges(place, with: "F16").write(to: URL(fileURLWithPath: path))
    #expect(refusal().contains("numbers of type F16, expected F32"))
    try Data("not it".utf8).write(to: URL(fileURLWithPath: path))
    #expect(refusal().contains("cut short"))
    try FileManager.default.removeItem(atPath: path)
    #expect(refusal().contains("cannot be read"))
  }

  @Test func `damaged files are refused or taken, without a crash`() throws {
    try write(Self.sequential)
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = MutationSource(seed: 2)
    var refused = 0
    for _ in 0..<2_000 {
      try directory.write(random.mutate(sound), to: "weights.safetensors")
      let network = Self.network()
      let message = refusal(network)
      #expect(message.isEmpty ? network.firstNonFiniteLayer == nil : message.hasPrefix(path))
      refused += message.isEmpty ? 0 : 1
    }
    #expect(refused > 500 && refused < 2_000)
  }

  /// On a batch, each layer's measured variance is near 1, whatever came before it.
  @Test(arguments: [Activation.relu, .tanh, .selu, .sigmoid])
  func `LSUV's variances are 1 within its tolerance`(activation: Activation) throws {
    let sizes = [50, 80, 20, 60, 10]
    let network = MLP(
      sizes: sizes, activations: [activation, activation, activation, .identity], leakySlope: 0)
    let input = Matrix(rows: 64, columns: 50)
    input.fillNormal(seed: 1)
    try Initializer(.lsuv).initialize(network, "", seed: 3, purpose: .classifierWeights) { input }
    let probe = LayerProbe(network, input: input) { _, gradient in gradient.fillNormal(seed: 2) }
    for layer in probe.layers {
      #expect(abs(pow(layer.preActivation.standardDeviation, 2) - 1) < LSUV.tolerance)
    }
    // Each is orthogonal but for a factor.
    let values = try #require(LinearAlgebra.singularValues(network.layers[1].weights))
    #expect(values[values.count - 1] > 0.999 * values[0])
  }
}

extension Data {
  fileprivate func replacingSubranges(_ range: Range<Int>, with text: String) -> Data {
    var data = self
    data.replaceSubrange(range, with: Data(text.utf8))
    return data
  }
}
