import Foundation

/// One line at the foot of a terminal, drawn anew ten times a second at most.
final class ProgressBar {
  /// Whether standard error is a terminal on which a line can be drawn over.
  static var isPossible: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  private let drawsBlocks = Terminal.takesUnicode
  private var drawn = ContinuousClock.now - .seconds(1)
  private var isVisible = false

  /// Draws the bar, unless it was drawn a moment ago.
  ///
  /// - Parameter share: what is done, 0 … 1.
  func draw(share: Double, before left: String, after right: () -> String) {
    let now = ContinuousClock.now
    if now - drawn < .milliseconds(100) { return }
    drawn = now
    let right = right()
    // One column stays free: some terminals wrap a line that fills the last.
    let length = min(40, Self.columns - 1 - left.count - right.count - 2)
    var line = left + " "
    if length >= 5 {
      let full = Int(share * Double(length))
      line += String(repeating: drawsBlocks ? "█" : "#", count: full)
      line += String(repeating: drawsBlocks ? "░" : ".", count: length - full)
    }
    line += " " + right
    // In one write, over the old line, and only then the rest of that erased: so it does not flicker.
    write("\r" + line.prefix(Self.columns - 1) + "\u{1B}[K")
    isVisible = true
  }

  func erase() {
    if isVisible { write("\r\u{1B}[K") }
    isVisible = false
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      ? Int(size.ws_col) : 80
  }
}
