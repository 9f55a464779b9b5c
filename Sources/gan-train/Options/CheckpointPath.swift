import ArgumentParser
import Foundation
import GANLab

/// What a user names where a checkpoint is wanted: a run, for its latest, or a checkpoint itself.
enum CheckpointPath {
  /// - Throws: a `ValidationError` where there is none.
  static func find(_ source: String) throws -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isDirectory) else {
      throw ValidationError("\(source): no such run or checkpoint.")
    }
    if !isDirectory.boolValue { return source }
    guard let path = RunDirectory.checkpoints(ofRun: source).first else {
      throw ValidationError(
        "\(source): no checkpoints in it, expected some in \(source)/checkpoints.")
    }
    return path
  }
}
