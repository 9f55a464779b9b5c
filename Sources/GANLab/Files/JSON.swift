import Foundation

/// JSON as this program's files have it: keys in snake_case and in order, no escaped slashes.
package enum JSON {
  /// How names of properties become keys.
  enum Keys {
    case snakeCase
    /// As they are: names from elsewhere, such as those of arrays.
    case verbatim
  }

  /// On one line.
  static func compact(_ value: some Encodable, keys: Keys = .snakeCase) throws -> [UInt8] {
    try encode(value, keys, [])
  }

  /// Indented and ending in a newline, for people to read.
  package static func pretty(_ value: some Encodable) throws -> [UInt8] {
    try encode(value, .snakeCase, .prettyPrinted) + [UInt8(ascii: "\n")]
  }

  private static func encode(
    _ value: some Encodable, _ keys: Keys, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, formatting]
    if keys == .snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    return try [UInt8](encoder.encode(value))
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], keys: Keys = .snakeCase
  ) throws -> Value {
    let decoder = JSONDecoder()
    if keys == .snakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    return try decoder.decode(type, from: Data(bytes))
  }

  /// Decodes what an earlier version may have written: what is missing is taken from `defaults`.
  ///
  /// - Parameter formerNames: today's keys by those that earlier versions used.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], defaults: some Encodable,
    formerNames: [String: String] = [:]
  ) throws -> Value {
    let found = try JSONValue(bytes).withKeys { formerNames[$0] ?? $0 }
    return try JSONValue(defaults).merging(found).decode(type)
  }
}
