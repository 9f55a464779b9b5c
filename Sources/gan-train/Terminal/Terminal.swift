import Foundation

/// What the user's terminal can show.
enum Terminal {
  /// Whether it takes more than ASCII, by the locale's encoding.
  static var takesUnicode: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap(Environment.value).first
    let encoding = (locale ?? "").lowercased().replacing("-", with: "")
    return encoding.contains("utf8")
  }

  /// Whether a stream is a terminal on which a line can be drawn over.
  static func canRedraw(_ stream: Int32) -> Bool {
    isatty(stream) == 1 && Environment.value(of: "TERM") != "dumb"
  }

  /// The width of the terminal that a stream goes to, in characters; nil for a file or a pipe.
  static func width(of stream: Int32) -> Int? {
    var size = winsize()
    guard isatty(stream) == 1 else { return nil }
    return ioctl(stream, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
