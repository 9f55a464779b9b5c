import Foundation
import GANLab

/// What a training run tells the person who waits for it, on standard error.
final class Progress {
  let isQuiet: Bool
  private let bar: ProgressBar?
  /// When training began, and after how many steps.
  private var start = (time: ContinuousClock.now, step: 0)

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    bar = !isQuiet && ProgressBar.isPossible ? ProgressBar() : nil
  }

  func say(_ line: String?) {
    guard let line, !isQuiet else { return }
    bar?.erase()
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  func begin(_ experiment: Experiment) {
    let configuration = experiment.configuration
    say("generator \(sizes(experiment.gan.generator))")
    say("discriminator \(sizes(experiment.gan.discriminator))")
    say(
      "init \(configuration.initializer.label), seed \(configuration.seed), "
        + "\(experiment.stepsPerEpoch) steps of \(configuration.batchSize) images an epoch, "
        + "threads: \(configuration.threads), \(BLAS.kernel) kernels")
    say("epoch    step  D loss  G loss  D right on real  on fake  G fools D  seconds  images/s")
    start = (.now, experiment.step)
  }

  /// After a step: the bar, where there is one.
  func update(_ experiment: Experiment, _ statistics: GANStatistics) {
    guard let bar else { return }
    let configuration = experiment.configuration
    let total = min(
      configuration.epochs * experiment.stepsPerEpoch, configuration.maximumSteps ?? .max)
    let stepOfEpoch = experiment.position.stepsIntoEpoch
    bar.draw(
      share: Double(stepOfEpoch) / Double(experiment.stepsPerEpoch),
      before: "epoch \(experiment.position.epochs + 1)/\(configuration.epochs)"
    ) {
      let seconds = (.now - start.time) / .seconds(1)
      let stepsPerSecond = Double(experiment.step - start.step) / seconds
      let left = Int(Double(total - experiment.step) / stepsPerSecond)
      return String(
        format: "%d/%d  %.0f images/s  %d:%02d left  D %.3f  G %.3f", stepOfEpoch,
        experiment.stepsPerEpoch, stepsPerSecond * Double(configuration.batchSize), left / 60,
        left % 60, statistics.discriminatorLoss, statistics.generatorLoss)
    }
  }

  /// Leaves no bar behind.
  func clear() { bar?.erase() }

  func report(_ record: EpochRecord) {
    let statistics = record.statistics
    say(
      String(
        format: "%5d %7d %7.3f %7.3f %14.1f %% %6.1f %% %8.1f %% %8.1f %9.0f",
        record.epoch, record.step, statistics.discriminatorLoss, statistics.generatorLoss,
        100 * statistics.discriminatorAccuracyReal, 100 * statistics.discriminatorAccuracyFake,
        100 * statistics.generatorAccuracy, record.seconds, record.imagesPerSecond))
  }

  func end(_ experiment: Experiment, metricsPath: String) {
    let (rows, columns) = experiment.imageSize
    // As many as 80 characters take; none of images that are too wide.
    let count = min(5, 80 / (columns / 2 + 2))
    if !isQuiet && Terminal.takesUnicode && count > 0 {
      say("what the generator draws now:")
      for line in BraillePicture.lines(
        experiment.samples(count: count), rows: rows, columns: columns)
      {
        say(line)
      }
    }
    say("\(experiment.step) steps done; the table is in \(metricsPath)")
  }

  /// Such as "100 → 256 → 784, 229,000 parameters".
  private func sizes(_ network: MLP) -> String {
    let sizes = [network.inputs] + network.layers.map(\.outputs)
    return sizes.map(String.init).joined(separator: " → ")
      + ", \(network.parameterCount) parameters"
  }
}
