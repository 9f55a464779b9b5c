import Foundation

/// One line at the foot of a terminal, drawn anew ten times a second at most.
final class ProgressBar {
  private let drawsBlocks = Terminal.takesUnicode
  private var drawn = ContinuousClock.now - .seconds(1)
  private var isVisible = false

  /// Nil where standard error is no terminal on which a line can be drawn over.
  init?() {
    if !Terminal.canRedraw(STDERR_FILENO) { return nil }
  }

  /// Draws the bar, unless it was drawn a moment ago.
  ///
  /// - Parameter share: what is done, 0 … 1.
  func draw(share: Double, before left: String, after right: () -> String) {
    let now = ContinuousClock.now
    if now - drawn < .milliseconds(100) { return }
    drawn = now
    let right = right()
    let columns = Terminal.width(of: STDERR_FILENO) ?? 80
    // One column stays free: some terminals wrap a line that fills the last.
    let length = min(40, columns - 1 - left.count - right.count - 2)
    var line = left + " "
    if length >= 5 {
      let full = Int(share * Double(length))
      line += String(repeating: drawsBlocks ? "█" : "#", count: full)
      line += String(repeating: drawsBlocks ? "░" : ".", count: length - full)
    }
    line += " " + right
    // In one write, over the old line, and only then the rest of that erased: so it does not flicker.
    StandardError.write("\r" + line.prefix(columns - 1) + "\u{1B}[K")
    isVisible = true
  }

  func erase() {
    if isVisible { StandardError.write("\r\u{1B}[K") }
    isVisible = false
  }
}
