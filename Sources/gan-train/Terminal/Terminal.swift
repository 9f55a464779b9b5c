import Foundation

/// What the user's terminal can show.
enum Terminal {
  /// Whether it takes more than ASCII, by the locale's encoding.
  static var takesUnicode: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap { getenv($0) }.map { String(cString: $0) }.first { !$0.isEmpty }
    let encoding = (locale ?? "").lowercased().replacing("-", with: "")
    return encoding.contains("utf8")
  }
}
