/// `summary.json`, a finished run's last file.
struct RunSummary: Encodable {
  let programVersion = GANLab.programVersion
  let epochs: Int
  let steps: Int
  /// The last record's metrics, by their columns; nil where a resumed run had nothing left to do.
  let lastEpoch: [String: Double]?

  init<Model>(_ experiment: Experiment<Model>, last: EpochRecord<Model.Statistics>?) {
    epochs = experiment.position.epochs
    steps = experiment.step
    lastEpoch = last.map { record in
      Dictionary(
        uniqueKeysWithValues: Model.Statistics.metrics.map {
          ($0.column, record.statistics[keyPath: $0.path])
        })
    }
  }

  func write(to path: String) throws(StorageError) { try writeJSON(self, to: path) }
}
