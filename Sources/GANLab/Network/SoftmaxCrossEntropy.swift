import Foundation

/// The loss of a classifier: the cross-entropy between softmax(logits) and labels.
package enum SoftmaxCrossEntropy {
  /// Writes ∂(mean loss)/∂logits = (softmax(logits) − one-hot(label)) / batch.
  ///
  /// - Parameter logits: [batch, classes].
  /// - Parameter labels: [batch], each below the number of classes.
  /// - Parameter gradient: [batch, classes].
  package static func gradient(logits: Matrix, labels: [UInt8], into gradient: Matrix) {
    precondition(
      labels.count == logits.rows && gradient.shape == logits.shape,
      "\(labels.count) labels for \(logits.shape) into \(gradient.shape)")
    for row in 0..<logits.rows {
      // Less the largest, no exponential overflows.
      let largest = logits.row(row).max() ?? 0
      let exponentials = logits.row(row).map { exp(Double($0 - largest)) }
      let sum = exponentials.reduce(0, +)
      for column in 0..<logits.columns {
        let target = column == Int(labels[row]) ? 1.0 : 0
        gradient[row, column] = Float((exponentials[column] / sum - target) / Double(logits.rows))
      }
    }
  }
}
