/// How often a run writes something.
package struct RunSchedule: Codable, Sendable, Equatable {
  /// In epochs.
  package var checkpointEvery = 5
  package var sampleEvery = 1
  package var layersEvery = 1
  /// In epochs; 0 for never.
  package var evaluateEvery = 0
  /// In steps.
  package var logEvery = 20

  package init() {}
}

/// What may change when a run goes on; nil keeps what was.
package struct RunChanges: Sendable {
  package var epochs: Int?
  /// Here nil means no limit.
  package var maximumSteps: Int?
  package var checkpointEvery: Int?
  package var sampleEvery: Int?
  package var layersEvery: Int?
  package var evaluateEvery: Int?
  package var logEvery: Int?

  package init() {}
}
