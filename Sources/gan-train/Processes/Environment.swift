import Foundation

/// The process's environment variables.
enum Environment {
  /// Nil for one that is not set, or empty.
  static func value(of name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return value[0] == 0 ? nil : String(cString: value)
  }
}
