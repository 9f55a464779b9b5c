import Dispatch

/// The threads that share a training step.
///
/// A step is a few phases. Within a phase each worker has rows of its own, of the batch or of a
/// weight matrix, and never waits; between phases all wait for each other.
struct Workers {
  let count: Int

  /// Runs `body(0)` … `body(count - 1)`, each on a thread of its own where there are enough, and
  /// returns when all have returned.
  func run(_ body: (Int) -> Void) {
    if count == 1 {
      body(0)
    } else {
      withoutActuallyEscaping(body) { body in
        // The compiler cannot see that the workers write to rows of their own.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: count) { body($0) }
      }
    }
  }

  /// The part of `0..<total` that belongs to `worker`: the parts are disjoint, in order, and as
  /// equal as can be.
  func share(of total: Int, worker: Int) -> Range<Int> {
    (total * worker / count)..<(total * (worker + 1) / count)
  }
}
