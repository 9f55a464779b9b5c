import Foundation

/// What a classifier makes of some images: how sure it is of them, and how varied they are.
package struct ClassifierScore: Sendable, Equatable {
  /// exp of the mean KL(p(y|x) ‖ p(y)), where p(y) is the mean of p(y|x) over all images: the
  /// inception score with another classifier, from 1 to the number of classes (Salimans et al.
  /// 2016). Not a number where logits are not finite.
  package let score: Double
  /// The number of images that each class is predicted for.
  package let predictions: [Int]

  /// Nil without images.
  ///
  /// - Parameter logits: [n, classes].
  package init?(logits: Matrix) {
    if logits.rows == 0 || logits.columns == 0 { return nil }
    var predictions = [Int](repeating: 0, count: logits.columns)
    var marginal = [Double](repeating: 0, count: logits.columns)
    // Σ p log p over all images and classes.
    var negativeEntropy = 0.0
    for index in 0..<logits.rows {
      let row = logits.row(index)
      let predicted = SoftmaxCrossEntropy.predictedClass(row)
      predictions[predicted] += 1
      // Less the greatest, no exponential overflows.
      let shifted = row.map { Double($0) - Double(row[predicted]) }
      let logSum = log(shifted.reduce(0) { $0 + exp($1) })
      for (column, logit) in shifted.enumerated() {
        let probability = exp(logit - logSum)
        marginal[column] += probability
        negativeEntropy += probability * (logit - logSum)
      }
    }
    let count = Double(logits.rows)
    // The mean of Σ p (log p − log p(y)) over the images.
    let marginalTerm = marginal.reduce(0) { $0 + ($1 == 0 ? 0 : $1 / count * log($1 / count)) }
    score = exp(negativeEntropy / count - marginalTerm)
    self.predictions = predictions
  }

  private var total: Int { predictions.reduce(0, +) }

  /// The share of the images that each class is predicted for.
  package var classShares: [Double] { predictions.map { Double($0) / Double(total) } }

  /// The number of classes that at least 1 % of the images are predicted to be of.
  package var presentClasses: Int { predictions.count { 100 * $0 >= total } }

  /// KL(predicted shares ‖ real shares), in nats: 0 if they are the same, infinite if a class is
  /// predicted that no real image has.
  ///
  /// - Parameter shares: of the real labels, [classes].
  package func divergence(fromReal shares: [Double]) -> Double {
    precondition(shares.count == predictions.count, "\(shares.count) shares, \(predictions.count)")
    return zip(classShares, shares).reduce(0) { sum, pair in
      pair.0 == 0 ? sum : sum + pair.0 * log(pair.0 / pair.1)
    }
  }
}
