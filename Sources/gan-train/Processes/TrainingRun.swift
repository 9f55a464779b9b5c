import ArgumentParser
import Foundation
import GANLab

/// Trains, and leaves behind in a run's directory what one can go on from and what one can look at.
struct TrainingRun {
  let experiment: Experiment
  let directory: RunDirectory
  let metrics: MetricsCSV
  let progress: Progress
  let checkpointEvery: Int
  let sampleEvery: Int

  /// - Throws: `ExitCode` where a signal ended training; `ExperimentError`, `StorageError`.
  func run() throws {
    defer { progress.clear() }
    Interruption.begin()
    progress.begin(experiment)
    if experiment.step == 0 { try writeSamples() }
    var last: EpochRecord?
    while !experiment.isFinished && Interruption.exitCode == nil {
      let record = try experiment.trainEpoch { statistics in
        progress.update(experiment, statistics)
        return Interruption.exitCode == nil
      }
      guard let record else { break }
      last = record
      try metrics.append(record)
      progress.report(record)
      if experiment.isFinished { break }
      if experiment.position.epochs % sampleEvery == 0 { try writeSamples() }
      if experiment.position.epochs % checkpointEvery == 0 { try writeCheckpoint() }
    }
    try writeCheckpoint()
    if let exitCode = Interruption.exitCode, !experiment.isFinished {
      progress.say(
        "stopped after step \(experiment.step) and saved; to go on: "
          + "gan-train --resume \(directory.path)")
      throw ExitCode(exitCode)
    }
    try writeSamples()
    try RunSummary(experiment, last: last).write(to: directory.summaryPath)
    progress.end(experiment, metricsPath: directory.metricsPath)
  }

  private func writeSamples() throws {
    let (rows, columns) = experiment.imageSize
    try SampleGrid(experiment.samples(), rows: rows, columns: columns, imagesPerRow: 8).write(
      to: directory.samplePath(
        epochs: experiment.position.epochs, stepsIntoEpoch: experiment.position.stepsIntoEpoch))
  }

  private func writeCheckpoint() throws {
    try experiment.checkWeights()
    // A checkpoint stands for the rows before it, so they reach the disk first.
    try metrics.synchronize()
    try Checkpoint.write(experiment, to: directory.checkpointPath(step: experiment.step))
    directory.pruneCheckpoints()
  }
}
