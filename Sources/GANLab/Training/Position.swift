/// How far a run has come. With the seed it is all that a run's randomness depends on.
package struct Position<Statistics: StepStatistics>: Sendable, Equatable, Codable {
  /// Whole epochs that were run.
  package var epochs = 0
  /// Steps of the next epoch that were run.
  package var stepsIntoEpoch = 0
  /// Sums over those steps.
  var epochSums = Statistics()
  /// The time that those steps took, in seconds.
  var seconds = 0.0
  /// Sums over the steps since a row of steps.csv was last due, and how many these are.
  var loggedSums = Statistics()
  var loggedSteps = 0

  mutating func beginNextEpoch() {
    epochs += 1
    (stepsIntoEpoch, epochSums, seconds) = (0, Statistics(), 0)
  }

  /// What version 0.1.0 called them.
  static var formerNames: [String: String] {
    ["steps_beyond": "steps_into_epoch", "sum": "epoch_sums"]
  }
}
