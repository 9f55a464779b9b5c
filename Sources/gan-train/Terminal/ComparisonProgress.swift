import Foundation
import GANLab

/// What a comparison tells while its runs train: a line for each that ends and, on a terminal, one for
/// all of them with the time left.
final class ComparisonProgress {
  private let directories: [String]
  private let epochs: Int
  private let isQuiet: Bool
  private let bar: ProgressBar?
  private var counted = ContinuousClock.now - .seconds(1)
  private var done = 0
  /// When training began, and how many epochs were done by then.
  private var start: (time: ContinuousClock.Instant, epochs: Int)?

  /// - Parameter directories: the runs'.
  /// - Parameter epochs: of each.
  init(_ directories: [String], epochs: Int, isQuiet: Bool) {
    self.directories = directories
    self.epochs = epochs
    self.isQuiet = isQuiet
    bar = isQuiet ? nil : ProgressBar()
  }

  func say(_ line: String) {
    if isQuiet { return }
    bar?.erase()
    StandardError.say(line)
  }

  func update(finished: Int) {
    guard let bar else { return }
    let now = ContinuousClock.now
    if now - counted >= .seconds(1) {
      counted = now
      done = directories.reduce(0) { $0 + min(epochs, Self.epochsDone($1)) }
    }
    let start = start ?? (now, done)
    self.start = start
    let total = epochs * directories.count
    bar.draw(share: Double(done) / Double(total), before: "\(finished)/\(directories.count) runs") {
      let text = "\(done)/\(total) epochs"
      if done == start.epochs { return text }
      let seconds = (now - start.time) / .seconds(1)
      let left = Int(seconds / Double(done - start.epochs) * Double(total - done))
      return text + String(format: "  %d:%02d left", left / 60, left % 60)
    }
  }

  /// Leaves no bar.
  func clear() { bar?.erase() }

  /// The rows of a run's table.
  private static func epochsDone(_ directory: String) -> Int {
    let table = FileManager.default.contents(atPath: RunDirectory.metricsPath(ofRun: directory))
    return max(0, (table ?? Data()).count { $0 == UInt8(ascii: "\n") } - 1)
  }
}
