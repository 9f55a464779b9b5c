import Foundation
import Synchronization

/// Signals that ask the program to end: SIGINT (Ctrl-C), SIGTERM, and SIGHUP (the terminal closed).
///
/// A run that another gan-train started ends likewise when that is gone, however it ended.
/// The first is noted, so that training can save before it ends; the second ends the program at once.
enum Interruption {
  private static let signalNumber = Atomic<Int32>(0)

  /// From now on signals are noted. One that was ignored, as under nohup, stays ignored.
  static func begin() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&signals, number)
      let previous = signal(number) { number in
        let (isFirst, _) = Interruption.signalNumber.compareExchange(
          expected: 0, desired: number, ordering: .relaxed)
        if !isFirst { _exit(128 + number) }
      }
      // Functions of C cannot be compared, but their addresses can.
      if unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
    // A child of a thread that blocks signals inherits the block.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Set by a program that its runs must not outlive, to its process number.
  static let parentVariable = "GAN_TRAIN_PARENT"
  private static let parent = Environment.value(of: parentVariable).flatMap { Int32($0) }

  /// The exit code that tells which signal came: 128 + its number; nil while none has.
  static var exitCode: Int32? {
    let number = signalNumber.load(ordering: .relaxed)
    if number != 0 { return 128 + number }
    if let parent, getppid() != parent { return 128 + SIGHUP }
    return nil
  }
}
