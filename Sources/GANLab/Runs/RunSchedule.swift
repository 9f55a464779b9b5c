/// How often a run writes something, in epochs.
package struct RunSchedule: Sendable, Equatable {
  package var checkpointEvery = 5
  package var sampleEvery = 1

  package init() {}
}

/// What may change when a run goes on; nil keeps what was.
package struct RunChanges: Sendable {
  package var epochs: Int?
  /// Here nil means no limit.
  package var maximumSteps: Int?
  package var checkpointEvery: Int?
  package var sampleEvery: Int?

  package init() {}
}
