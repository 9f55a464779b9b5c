import Foundation
import Synchronization

/// How near the processors that two threads run on are to each other.
package struct CoreTopology: Sendable, Equatable {
  /// The nanoseconds for a cache line to go from one core to another and back: the least and the
  /// greatest over the other workers, each the best of some rounds.
  package let min: Double
  package let max: Double

  /// Cores under one cache take less, others more. (Measured: 50 to 90 ns within a core complex of Zen
  /// 3 to 5, 200 to 450 ns between two.)
  package static let sharedCacheLimit = 150.0

  package var sharesCache: Bool { max < Self.sharedCacheLimit }

  /// Such as "88 ns from core to core and back: they share a cache".
  package var description: String {
    let times = max - min < 1 ? String(Int(max)) : "\(Int(min)) to \(Int(max))"
    return "\(times) ns from core to core and back: they "
      + (sharesCache ? "share a cache" : "do not share a cache")
  }

  /// Measures, in some milliseconds; nil for one thread.
  package init?(threads: Int) {
    let threads = Swift.min(threads, CPU.coreCount)
    if threads < 2 { return nil }
    let times = (1..<threads).map { Self.roundTrip(0, $0, of: threads) }
    min = times.min() ?? 0
    max = times.max() ?? 0
  }

  private static func roundTrip(_ first: Int, _ second: Int, of threads: Int) -> Double {
    let (rounds, roundTrips) = (10, 2000)
    let ball = Atomic(0)
    let best = Atomic(Int.max)
    let clock = ContinuousClock()
    func wait(for value: Int) {
      var spins = 0
      while ball.load(ordering: .acquiring) != value {
        spins += 1
        // Where something else takes one of the cores, the other thread may need this one.
        if spins % 10_000 == 0 { sched_yield() }
      }
    }
    Workers(count: threads).run { worker in
      for round in 0..<rounds {
        let base = 2 * round * roundTrips
        worker.barrier()
        let start = clock.now
        for number in 0..<roundTrips {
          if worker.index == first {
            wait(for: base + 2 * number)
            ball.store(base + 2 * number + 1, ordering: .releasing)
          } else if worker.index == second {
            wait(for: base + 2 * number + 1)
            ball.store(base + 2 * number + 2, ordering: .releasing)
          }
        }
        if worker.index == second {
          let elapsed = (clock.now - start) / .nanoseconds(1)
          if Int(elapsed) < best.load(ordering: .relaxed) {
            best.store(Int(elapsed), ordering: .relaxed)
          }
        }
      }
    }
    return Double(best.load(ordering: .relaxed)) / Double(roundTrips)
  }
}
