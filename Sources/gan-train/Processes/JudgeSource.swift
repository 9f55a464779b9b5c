import Foundation
import GANLab

/// What images are judged by, from the user's cache directory.
enum JudgeSource {
  /// - Throws: ``EvaluationError``, ``StorageError``, ``TrainingError``.
  static func evaluator(_ data: TrainingData, _ say: (String) -> Void) throws -> Evaluator {
    let cache = cacheDirectory(environment: ProcessInfo.processInfo.environment)
    return try Evaluator.find(for: data, in: cache.map { $0 + "/evaluators" }, say: say)
  }

  /// - Parameter count: the images to judge at a time; nil for the usual number.
  /// - Throws: besides those ``DataSetError`` where the data set has no labels or test images.
  static func make(
    dataPath: String, count: Int? = nil, threads: Int, _ say: (String) -> Void
  ) throws -> ImageJudge {
    let data = try TrainingData(directory: dataPath, isLabelled: true)
    return try ImageJudge(
      data, evaluator: evaluator(data, say), count: count, threads: threads)
  }
}
