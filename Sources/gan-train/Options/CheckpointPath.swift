import Foundation
import GANLab

/// What a user names where a checkpoint is wanted: a run, for its latest, or a checkpoint itself.
enum CheckpointPath {
  /// - Throws: ``StorageError`` where there is none.
  static func find(_ source: String) throws -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isDirectory) else {
      throw StorageError("\(source): no such run or checkpoint.")
    }
    if !isDirectory.boolValue { return source }
    guard let path = RunDirectory.checkpoints(ofRun: source).first else {
      throw StorageError("\(source): no checkpoints in it, expected some in \(source)/checkpoints.")
    }
    return path
  }
}
