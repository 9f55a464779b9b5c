import Synchronization
import Testing

@testable import GANLab

struct WorkersTests {
  @Test(arguments: [1, 2, 3, 16])
  func `shares are disjoint, in order, complete, and end at multiples of the unit`(count: Int) {
    for (total, unit) in [(784, 16), (1, 16), (100, 1), (0, 1), (17, 16), (256, 16)] {
      let shares = Mutex([Range<Int>?](repeating: nil, count: count))
      Workers(count: count).run { worker in
        shares.withLock { $0[worker.index] = worker.range(of: total, alignedTo: unit) }
      }
      var end = 0
      for share in shares.withLock({ $0 }) {
        #expect(share?.lowerBound == end)
        end = share?.upperBound ?? -1
        #expect(end == total || end % unit == 0)
      }
      #expect(end == total)
    }
  }

  @Test func `after a barrier every worker sees what the others did before it`() {
    let count = 4
    let workers = Workers(count: count)
    let arrivals = Atomic(0)
    let mistakes = Atomic(0)
    for _ in 0..<20 {
      workers.run { worker in
        for number in 1...50 {
          arrivals.add(1, ordering: .relaxed)
          worker.barrier()
          if arrivals.load(ordering: .relaxed) != number * count {
            mistakes.add(1, ordering: .relaxed)
          }
          worker.barrier()
        }
      }
      arrivals.store(0, ordering: .relaxed)
    }
    #expect(mistakes.load(ordering: .relaxed) == 0)
  }
}
