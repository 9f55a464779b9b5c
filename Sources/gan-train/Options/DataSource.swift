import Foundation
import GANLab

/// Where the images come from: the directory that `--data` names, else MNIST where it was
/// fetched, else the digits that ship with the project.
struct DataSource {
  let directory: String
  /// Whether the shipped digits stand in for MNIST.
  let isFallback: Bool

  static let mnist = "data/mnist"
  static let shippedDigits = "data/digits"

  /// - Throws: ``DataSetError`` where nothing was named and neither data set is there.
  static func choose(_ named: String?) throws -> DataSource {
    if let named { return DataSource(directory: named, isFallback: false) }
    if let directory = find(mnist) { return DataSource(directory: directory, isFallback: false) }
    if let directory = find(shippedDigits) {
      return DataSource(directory: directory, isFallback: true)
    }
    throw DataSetError.noDirectory(mnist)
  }

  /// For a run's records, which must hold in other working directories.
  var absolutePath: String { Path.absolute(directory) }

  static func find(_ name: String) -> String? { Path.find(name) { ImageDataset.exist(in: $0) } }

  /// Reads the images, with labels and a test if `isLabelled`, and says which they are: the first line of a run, with others where there is
  /// something to be said of it or of the kernels.
  func read(isLabelled: Bool, _ say: (String) -> Void) throws -> TrainingData {
    let data = try TrainingData(directory: directory, isLabelled: isLabelled)
    let test = data.test.map { ", \($0.count) for the test" } ?? ""
    say("data: \(directory), \(data.train)\(test)" + (isFallback ? ", not MNIST" : ""))
    if isFallback { say("(scripts/fetch-mnist fetches the real MNIST)") }
    if let notice = KernelRestart.notice { say(notice) }
    return data
  }
}
