import ArgumentParser

/// A path that an option takes.
enum Path {
  /// - Throws: a `ValidationError` for an empty one.
  static func parse(_ text: String) throws -> String {
    if text.isEmpty { throw ValidationError("expected a path, found nothing") }
    return text
  }
}
