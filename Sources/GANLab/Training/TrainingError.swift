/// What can keep training from beginning, or end it before its time.
public enum TrainingError: Error, Equatable, Sendable {
  case tooFewImages(batchSize: Int, images: Int)
  /// - Parameter losses: such as "d_loss nan, g_loss 1.5".
  case nonFiniteLoss(epoch: Int, step: Int, network: String, losses: String)
  case nonFiniteWeights(step: Int, network: String, layer: Int)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewImages(let batchSize, let images):
      "batches of \(batchSize) images: must be at most \(images), the images of the data set."
    case .nonFiniteLoss(let epoch, let step, let network, let losses):
      "training diverged at step \(step) (epoch \(epoch)), in the \(network): \(losses), expected "
        + "finite numbers."
    case .nonFiniteWeights(let step, let network, let layer):
      "training diverged at step \(step), in the \(network): a weight of layer \(layer) is not a "
        + "finite number."
    }
  }
}
