import Foundation
import GANLab

/// What a training tells the person who waits for it, on standard error.
final class Progress<Model: Trainable> {
  private let isQuiet: Bool
  private let bar: ProgressBar?
  private let table: TextTable
  private let width = Terminal.width(of: STDERR_FILENO)
  private let metrics = Model.Statistics.metrics.filter { $0.title != nil }
  /// When training began, and after how many steps.
  private var start = (time: ContinuousClock.now, step: 0)

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    bar = isQuiet ? nil : ProgressBar()
    table = TextTable(
      [
        TextTable.Column("epoch", .right), TextTable.Column("step", .right, width: 6, priority: 2),
      ]
        + metrics.map { metric in
          TextTable.Column(
            metric.title ?? "", .right, width: metric.kind == .loss ? 6 : 7,
            priority: metric.kind == .share ? 1 : 0)
        }
        + [
          TextTable.Column("seconds", .right, priority: 3),
          TextTable.Column("images/s", .right, priority: 4),
        ])
  }

  func say(_ line: String?) {
    guard let line, !isQuiet else { return }
    bar?.erase()
    StandardError.say(line)
  }

  func begin(_ run: TrainingRun<Model>) {
    let experiment = run.experiment
    for trained in experiment.model.networks {
      say("\(trained.name) \(sizes(trained.network))")
    }
    let configuration = experiment.configuration
    say(
      "init \(configuration.initializationLabel), seed \(configuration.seed), "
        + "\(experiment.stepsPerEpoch) steps of \(configuration.batchSize) images an epoch")
    say("threads: \(configuration.threads), \(BLAS.kernel) kernels")
    for look in run.initialLooks {
      let verdict = look.verdict(for: configuration.optimizer)
      if !verdict.isLikely {
        say("the \(look.name) is \(VerdictText.sentence(verdict)) (docs/prediction.md)")
      }
    }
    say(table.titleLine(within: width))
    start = (.now, experiment.step)
  }

  /// After a step: the bar, where there is one.
  func update(_ experiment: Experiment<Model>, _ statistics: Model.Statistics) {
    guard let bar else { return }
    let configuration = experiment.configuration
    let stepOfEpoch = experiment.position.stepsIntoEpoch
    bar.draw(
      share: Double(stepOfEpoch) / Double(experiment.stepsPerEpoch),
      before: "epoch \(experiment.position.epochs + 1)/\(configuration.epochs)"
    ) {
      let seconds = (.now - start.time) / .seconds(1)
      let stepsPerSecond = Double(experiment.step - start.step) / seconds
      let left = Int(Double(experiment.totalSteps - experiment.step) / stepsPerSecond)
      let losses = metrics.filter { $0.kind == .loss && !$0.isOfEpochs }.map {
        "\($0.title ?? "") " + NumberText.fixed(statistics[keyPath: $0.path], 3)
      }.joined(separator: "  ")
      return String(
        format: "%d/%d  %.0f images/s  %d:%02d left  %@", stepOfEpoch, experiment.stepsPerEpoch,
        stepsPerSecond * Double(configuration.batchSize), left / 60, left % 60, losses)
    }
  }

  /// Leaves no bar.
  func clear() { bar?.erase() }

  func report(_ record: EpochRecord<Model.Statistics>) {
    let values = metrics.map { metric in
      let value = record.statistics[keyPath: metric.path]
      return switch metric.kind {
      case .loss: NumberText.fixed(value, 3)
      case .share: NumberText.percent(value)
      case .count: NumberText.fixed(value, 0)
      }
    }
    say(
      table.line(
        ["\(record.epoch)", "\(record.step)"] + values
          + [NumberText.fixed(record.seconds, 1), NumberText.fixed(record.imagesPerSecond, 0)],
        within: width))
    if let remark = record.statistics.remark { say("epoch \(record.epoch): \(remark)") }
  }

  func end(_ run: TrainingRun<Model>) {
    let (rows, columns) = (
      run.experiment.dataDescription.rows, run.experiment.dataDescription.columns
    )
    // As many as 80 characters take; none of images that are too wide.
    let count = min(5, 80 / (columns / 2 + 2))
    if !isQuiet && Terminal.canRedraw(STDERR_FILENO) && Terminal.takesUnicode && count > 0,
      let images = run.experiment.model.samples(count: count)
    {
      say("what the generator draws now:")
      for line in BraillePicture.lines(images, rows: rows, columns: columns) { say(line) }
    }
    say("\(run.experiment.step) steps done; the table is in \(run.directory.metricsPath)")
    if !run.isFinished {
      say("stopped at --max-steps; to go on: \(Model.kind.resumeCommand) \(run.directory.path)")
    }
  }

  /// Such as "100 → 256 → 784, 229000 parameters", or "784 → 30 × 300 → 10, …".
  private func sizes(_ network: MLP) -> String {
    var groups: [(size: Int, count: Int)] = []
    for size in [network.inputs] + network.layers.map(\.outputs) {
      if groups.last?.size == size {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((size, 1))
      }
    }
    let texts = groups.map { $0.count == 1 ? "\($0.size)" : "\($0.count) × \($0.size)" }
    return texts.joined(separator: " → ") + ", \(network.parameterCount) parameters"
  }
}
