/// A number for every parameter of a network: the parameters themselves, or what an optimiser keeps
/// beside them.
struct Parameters {
  /// A storage a worker, with its shards of all layers.
  let weights: [FloatStorage]
  /// All layers'.
  let biases: FloatStorage

  init(weightCounts: [Int], biasCount: Int) {
    weights = weightCounts.map(FloatStorage.init)
    biases = FloatStorage(count: biasCount)
  }

  /// Zeros in the layout of `other`.
  init(like other: Parameters) {
    self.init(weightCounts: other.weights.map(\.count), biasCount: other.biases.count)
  }

  /// The same numbers, in memory of their own.
  init(copy other: Parameters) {
    self.init(like: other)
    copy(from: other)
  }

  /// Takes over the numbers of `other`, which has the same layout.
  func copy(from other: Parameters) {
    for (mine, theirs) in zip(weights + [biases], other.weights + [other.biases]) {
      mine.start.update(from: theirs.start, count: theirs.count)
    }
  }
}

extension MLP {
  /// The weights of layer `index` in `parameters`, [inputs, outputs]; for several workers a copy.
  func wholeWeights(_ index: Int, in parameters: Parameters) -> Matrix {
    let layer = layers[index]
    if workerCount == 1 {
      return Matrix(
        storage: parameters.weights[0], offset: layer.shards[0].offset, rows: layer.inputs,
        columns: layer.outputs)
    }
    let whole = Matrix(rows: layer.inputs, columns: layer.outputs)
    for (part, shard) in parts(of: whole, index, in: parameters) { part.copy(from: shard) }
    return whole
  }

  /// Sets the weights of layer `index` in `parameters`, [inputs, outputs].
  func setWeights(_ index: Int, in parameters: Parameters, to whole: Matrix) {
    // For one worker they may be the same memory.
    for (part, shard) in parts(of: whole, index, in: parameters) { shard.copy(from: part) }
  }

  /// Each worker's part of a whole matrix, and its shard.
  private func parts(
    of whole: Matrix, _ index: Int, in parameters: Parameters
  ) -> [(part: Matrix, shard: Matrix)] {
    zip(layers[index].shards, parameters.weights).map { shard, storage in
      let part =
        Self.isSplitByOutputs(index) ? whole.columns(shard.range) : whole.rows(shard.range)
      return (
        part,
        Matrix(storage: storage, offset: shard.offset, rows: part.rows, columns: part.columns)
      )
    }
  }

  /// The biases of layer `index` in `parameters`, [1, outputs].
  func biases(_ index: Int, in parameters: Parameters) -> Matrix {
    Matrix(
      storage: parameters.biases, offset: layers[index].biasOffset, rows: 1,
      columns: layers[index].outputs)
  }

  /// How far the weights of layer `index` have come from what they were before, by the weights' own size:
  /// the root of the mean square of the difference by that of the weights, in double precision.
  func updateRatio(_ index: Int, since before: Parameters) -> Double {
    var (moved, size) = (0.0, 0.0)
    for (shard, old) in zip(layers[index].shards, before.weights) {
      let now = shard.weights.start
      for i in 0..<shard.weights.rows * shard.weights.columns {
        let (weight, difference) = (Double(now[i]), Double(now[i] - old.start[shard.offset + i]))
        moved += difference * difference
        size += weight * weight
      }
    }
    return (moved / size).squareRoot()
  }

  /// The standard deviation of the weights of layer `index`, about their own mean.
  func weightDeviation(_ index: Int) -> Double {
    // Of several parts: the mean of the squares within, and of the squares between.
    let parts = layers[index].shards.map(\.weights).filter { $0.rows * $0.columns > 0 }
      .map { (moments: Moments($0), count: Double($0.rows * $0.columns)) }
    let count = parts.reduce(0) { $0 + $1.count }
    let mean = parts.reduce(0) { $0 + $1.count * $1.moments.mean } / count
    let squares = parts.reduce(0) {
      $0 + $1.count * ($1.moments.rootMeanSquare * $1.moments.rootMeanSquare)
    }
    return max(0, squares / count - mean * mean).squareRoot()
  }

  /// What `parameters` has for the weights and biases, as whole matrices in a file: for each layer l
  /// `name.l.weights` [inputs, outputs] and `name.l.biases` [outputs], each with `suffix`.
  func tensors(
    _ name: String, _ parameters: Parameters, _ suffix: String = ""
  ) -> [Safetensors.Tensor] {
    layers.enumerated().flatMap { index, layer in
      [
        Safetensors.Tensor(
          name: "\(name).\(index).weights\(suffix)", shape: [layer.inputs, layer.outputs],
          values: { self.wholeWeights(index, in: parameters) },
          take: { self.setWeights(index, in: parameters, to: $0) }),
        Safetensors.Tensor(
          name: "\(name).\(index).biases\(suffix)", shape: [layer.outputs],
          values: { self.biases(index, in: parameters) }),
      ]
    }
  }

  /// This network for another number of workers: a copy, unless it is for so many already.
  package func split(across workerCount: Int) -> MLP {
    if workerCount == self.workerCount { return self }
    let copy = MLP(
      sizes: sizes, activations: layers.map(\.activation), leakySlope: leakySlope,
      workerCount: workerCount)
    for index in layers.indices {
      copy.setWeights(index, in: copy.parameters, to: wholeWeights(index, in: parameters))
      copy.layers[index].biases.copy(from: layers[index].biases)
    }
    return copy
  }

  /// What the network makes of `input`, [batch, inputs], on one thread: [batch, outputs].
  package func output(of input: Matrix) -> Matrix {
    BLAS.useCallingThreadOnly()
    let network = split(across: 1)
    let batch = LayerBuffers(of: network, batchSize: input.rows)
    batch.input.copy(from: input)
    network.forward(batch, rows: 0..<input.rows, .single)
    return batch.output
  }

  /// The memory that a network of these sizes takes, in bytes.
  ///
  /// - Parameter copies: of the parameters: 1, and 1 for each number that an optimiser keeps beside one.
  /// - Parameter batchSize: of one ``LayerBuffers``.
  package static func memory(sizes: [Int], copies: Int, batchSize: Int) -> Int {
    let parameters = zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    let values = sizes[0] + 2 * sizes.dropFirst().reduce(0, +)
    return MemoryLayout<Float>.size * (copies * parameters + batchSize * values)
  }

  /// The first layer with a weight or bias that is not a finite number; nil where there is none.
  var firstNonFiniteLayer: Int? {
    layers.firstIndex { layer in
      !(layer.shards.allSatisfy(\.weights.isFinite) && layer.biases.isFinite)
    }
  }
}
