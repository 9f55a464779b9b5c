import Foundation

/// The loss of a classifier: the cross-entropy between softmax(logits) and labels.
package enum SoftmaxCrossEntropy {
  /// What the logits of some examples came to.
  struct Score {
    /// The sum of the examples' losses, −log softmax(logits)[label].
    var loss = 0.0
    /// The examples whose label is the predicted class.
    var correct = 0

    static func += (sum: inout Score, addend: Score) {
      sum.loss += addend.loss
      sum.correct += addend.correct
    }
  }

  /// The class with the greatest of the logits, the first of several.
  static func predictedClass(_ logits: UnsafeMutableBufferPointer<Float>) -> Int {
    var best = 0
    for column in logits.indices where logits[column] > logits[best] { best = column }
    return best
  }

  /// Compares logits with labels, and writes ∂(mean loss)/∂logits = (softmax(logits) − one-hot(label)) /
  /// batch.
  ///
  /// - Parameter logits: [examples, classes].
  /// - Parameter label: of an example, from 0 to below the number of classes.
  /// - Parameter gradient: [examples, classes], if wanted.
  /// - Parameter batchSize: what the mean loss is the mean of: the examples may be a part of a batch.
  static func score(
    logits: Matrix, label: (_ example: Int) -> Int, gradient: Matrix? = nil, batchSize: Int
  ) -> Score {
    precondition(gradient.map { $0.shape == logits.shape } ?? true, "gradient of \(logits.shape)")
    var score = Score()
    for example in 0..<logits.rows {
      let row = logits.row(example)
      let label = label(example)
      let best = predictedClass(row)
      // Less the greatest, no exponential overflows.
      let greatest = Double(row[best])
      var sum = 0.0
      for logit in row { sum += exp(Double(logit) - greatest) }
      score.loss += log(sum) - (Double(row[label]) - greatest)
      score.correct += best == label ? 1 : 0
      guard let target = gradient?.row(example) else { continue }
      for column in row.indices {
        let probability = exp(Double(row[column]) - greatest) / sum
        target[column] = Float((probability - (column == label ? 1 : 0)) / Double(batchSize))
      }
    }
    return score
  }

  /// Writes ∂(mean loss)/∂logits.
  ///
  /// - Parameter logits: [batch, classes].
  /// - Parameter labels: [batch], each below the number of classes.
  /// - Parameter gradient: [batch, classes].
  package static func gradient(logits: Matrix, labels: [UInt8], into gradient: Matrix) {
    precondition(labels.count == logits.rows, "\(labels.count) labels for \(logits.shape)")
    _ = score(
      logits: logits, label: { Int(labels[$0]) }, gradient: gradient, batchSize: logits.rows)
  }
}
