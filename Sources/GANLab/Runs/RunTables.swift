import Foundation

/// The tables that a run leaves: `metrics.csv` with a row an epoch, `steps.csv` with means over some
/// steps, `layers.csv` and `histograms.csv` with looks at every layer.
struct RunTables<Model: Trainable> {
  static var metricsColumns: [String] {
    ["epoch", "step"] + Model.Statistics.metrics.map(\.column) + ["seconds", "images_per_second"]
  }
  static var stepsColumns: [String] { ["epoch", "step"] + stepMetrics.map(\.column) }
  static var layersColumns: [String] {
    ["network", "epoch", "step"] + LayerCSV.statistics + ["weight_std", "update_ratio"]
  }
  static var histogramsColumns: [String] {
    ["network", "epoch", "step"] + LayerCSV.bins
  }
  private static var stepMetrics: [Metric<Model.Statistics>] {
    Model.Statistics.metrics.filter { !$0.isOfEpochs }
  }

  private let metrics: RunTable
  private let steps: RunTable
  private let layers: RunTable
  private let histograms: RunTable

  /// Opens the tables of a run that begins or goes on; of rows that are there those stay that the
  /// experiment has done.
  ///
  /// - Throws: ``StorageError``, also where epochs that were done are not all in metrics.csv.
  init(_ experiment: Experiment<Model>, in directory: RunDirectory) throws(StorageError) {
    let (configuration, epochs) = (experiment.configuration, experiment.position.epochs)
    if epochs > 0 {
      let path = directory.metricsPath
      let found = try CSV(path: path, allowsPartialRow: true).column("epoch") ?? []
      guard found.prefix(epochs).elementsEqual((1...epochs).map(String.init)) else {
        throw StorageError("\(path): expected a row for each of \(epochs) epochs.")
      }
    }
    func table(
      _ path: String, _ columns: [String], _ key: String, upTo last: Int
    ) throws(StorageError) -> RunTable {
      try RunTable(
        path: path, configuration, columns: columns,
        keeping: experiment.step == 0 ? nil : (key, last))
    }
    metrics = try table(directory.metricsPath, Self.metricsColumns, "epoch", upTo: epochs)
    steps = try table(directory.stepsPath, Self.stepsColumns, "step", upTo: experiment.step)
    layers = try table(directory.layersPath, Self.layersColumns, "epoch", upTo: epochs)
    histograms = try table(directory.histogramsPath, Self.histogramsColumns, "epoch", upTo: epochs)
  }

  /// Opens `quality.csv`, with a row for each epoch after which images were judged, likewise.
  static func quality(
    _ experiment: Experiment<Model>, in directory: RunDirectory
  ) throws(StorageError) -> RunTable {
    try RunTable(
      path: directory.qualityPath, experiment.configuration,
      columns: ["epoch", "step"] + QualityCSV.columns,
      keeping: experiment.step == 0 ? nil : ("epoch", experiment.position.epochs))
  }

  /// The row of an epoch; it is in the file when this returns, with those of the steps before.
  ///
  /// - Throws: ``StorageError``.
  func append(_ record: EpochRecord<Model.Statistics>) throws(StorageError) {
    let values = Model.Statistics.metrics.map { metric in
      let value = record.statistics[keyPath: metric.path]
      return metric.kind == .count ? "\(Int(value))" : CSV.number(value)
    }
    metrics.append(
      ["\(record.epoch)", "\(record.step)"] + values
        + [CSV.number(record.seconds), CSV.number(record.imagesPerSecond)])
    try metrics.flush()
    try steps.flush()
  }

  /// A row of means over the steps before.
  func append(_ means: Model.Statistics, epoch: Int, step: Int) {
    steps.append(
      ["\(epoch)", "\(step)"] + Self.stepMetrics.map { CSV.number(means[keyPath: $0.path]) })
  }

  /// A row for each layer of each network as it is now.
  ///
  /// - Parameter looks: at the experiment's networks.
  /// - Parameter epoch: the one that was done last, 0 before training.
  /// - Throws: ``StorageError``.
  func append(
    _ looks: [NetworkLook], of experiment: Experiment<Model>, epoch: Int
  ) throws(StorageError) {
    let place = ["\(epoch)", "\(experiment.step)"]
    for (index, look) in looks.enumerated() {
      for (layer, row) in LayerCSV.rows(of: look.probe, schemes: look.schemes).enumerated() {
        let ratio = experiment.updateRatios.map { $0[index][layer] }
        layers.append(
          [look.name] + place + row
            + [CSV.number(look.network.weightDeviation(layer)), CSV.number(ratio)])
      }
      // Empty bins are left out: a run has many looks.
      for row in LayerCSV.histogramRows(of: look.probe, [.activation]) where row.last != "0" {
        histograms.append([look.name] + place + row)
      }
    }
    try layers.flush()
    try histograms.flush()
  }

  /// Brings what was written to the disk.
  ///
  /// - Throws: ``StorageError``.
  func synchronize() throws(StorageError) {
    for table in [metrics, steps, layers, histograms] { try table.synchronize() }
  }
}
