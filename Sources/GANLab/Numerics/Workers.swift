import Foundation
import Synchronization

/// The threads that share a training step.
///
/// Each has a part of every network (``MLP``). Where partial sums are added, all wait for each
/// other. That is some twenty times in a step of a few milliseconds, so a waiting worker spins
/// instead of going to sleep. Between jobs the threads sleep.
final class Workers {
  let count: Int
  private let team: Team

  init(count: Int) {
    self.count = count
    team = Team(count: count)
    for index in 1..<max(count, 1) {
      let worker = Worker(index: index, team: team)
      Thread.detachNewThread { worker.serve() }
    }
  }

  deinit { team.wake(for: nil) }

  /// One of the workers, for what it does alone.
  func worker(_ index: Int) -> Worker { Worker(index: index, team: team) }

  /// Runs `body` once for each worker, at the same time, and returns when all have returned.
  func run(_ body: (Worker) -> Void) {
    let first = Worker(index: 0, team: team)
    if count == 1 { return body(first) }
    withoutActuallyEscaping(body) { body in
      team.wake(for: body)
      body(first)
      first.barrier()
      team.job = nil
    }
  }
}

/// One of several that run the same code at the same time, each on its share of the data.
struct Worker: Sendable {
  let index: Int
  fileprivate let team: Team

  /// A worker without others, which has all of the data.
  static var single: Worker { Worker(index: 0, team: Team(count: 1)) }

  /// The part of `0..<total` that belongs to this worker: the parts are disjoint, in order, as
  /// equal as can be, and but for the last end at multiples of `unit`.
  func range(of total: Int, alignedTo unit: Int = 1) -> Range<Int> {
    Self.range(of: total, index, team.count, alignedTo: unit)
  }

  /// The part of worker `index` of `count`.
  static func range(
    of total: Int, _ index: Int, _ count: Int, alignedTo unit: Int = 1
  ) -> Range<Int> {
    let units = (total + unit - 1) / unit
    let (lower, upper) = (units * index / count, units * (index + 1) / count)
    return min(total, lower * unit)..<min(total, upper * unit)
  }

  /// Returns when all workers have called it.
  func barrier() { team.barrier() }

  /// Does one job after the other, until there are no more.
  fileprivate func serve() {
    while true {
      team.started[index].wait()
      guard doJob() else { return }
      barrier()
    }
  }

  /// A function of its own, never inlined, so that no reference to the job is left when the others
  /// hear that it is done.
  @inline(never)
  private func doJob() -> Bool {
    guard let job = team.job else { return false }
    job(self)
    return true
  }
}

/// What the workers share.
private final class Team: @unchecked Sendable {
  let count: Int
  let started: [DispatchSemaphore]
  /// Written while the workers sleep.
  var job: ((Worker) -> Void)?
  private let arrived = Atomic(0)
  private let meetings = Atomic(0)

  init(count: Int) {
    self.count = count
    started = (0..<count).map { _ in DispatchSemaphore(value: 0) }
  }

  func wake(for job: ((Worker) -> Void)?) {
    self.job = job
    for index in 1..<max(count, 1) { started[index].signal() }
  }

  func barrier() {
    if count == 1 { return }
    let meeting = meetings.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      meetings.store(meeting + 1, ordering: .releasing)
    } else {
      var spins = 0
      while meetings.load(ordering: .acquiring) == meeting {
        spins += 1
        // Where there are more threads than cores, the others need this one's.
        if spins % 1000 == 0 { sched_yield() }
      }
    }
  }
}
