/// Any JSON, as a tree; the keys of objects are in snake_case.
package enum JSONValue: Equatable, Sendable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case integer(Int64)
  /// Whole numbers beyond `Int64`, such as large seeds.
  case unsigned(UInt64)
  case number(Double)
  case bool(Bool)
  case null

  init(_ bytes: [UInt8]) throws { self = try JSON.decode(JSONValue.self, from: bytes) }

  package init(_ value: some Encodable) throws { self = try JSONValue(JSON.compact(value)) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSON.decode(type, from: JSON.compact(self))
  }

  /// The value at `key` of an object.
  package subscript(key: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members[key]
    }
    set {
      guard case .object(var members) = self else { return }
      members[key] = newValue
      self = .object(members)
    }
  }

  /// `other` over this: objects member by member, anything else as a whole.
  func merging(_ other: JSONValue) -> JSONValue {
    guard case .object(let members) = self, case .object(let others) = other else { return other }
    return .object(members.merging(others) { $0.merging($1) })
  }

  /// The keys at which two objects differ, in order.
  package func keysDiffering(from other: JSONValue) -> [String] {
    guard case .object(let members) = self, case .object(let others) = other else { return [] }
    return Set(members.keys).union(others.keys).filter { members[$0] != others[$0] }.sorted()
  }

  /// As words: what a string says, a number, the elements of an array with commas between.
  package var text: String {
    switch self {
    case .string(let value): value
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .bool(let value): "\(value)"
    case .array(let elements): elements.map(\.text).joined(separator: ",")
    case .object(let members): members.keys.sorted().joined(separator: ",")
    case .null: ""
    }
  }

  /// With other keys in every object.
  func withKeys(_ rename: (String) -> String) -> JSONValue {
    switch self {
    case .object(let members):
      .object(
        Dictionary(
          members.map { (rename($0), $1.withKeys(rename)) }, uniquingKeysWith: { first, _ in first }
        ))
    case .array(let elements): .array(elements.map { $0.withKeys(rename) })
    default: self
    }
  }

  /// "batchSize" as "batch_size"; what is in snake_case already stays.
  private static func snakeCase(_ key: String) -> String {
    key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}

extension JSONValue: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      // Version 0.1.0 wrote camelCase into checkpoints.
      let members = try container.decode([String: JSONValue].self)
      self = .object(
        Dictionary(members.map { (Self.snakeCase($0), $1) }, uniquingKeysWith: { $1 }))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .array(let elements): try container.encode(elements)
    case .string(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .bool(let value): try container.encode(value)
    case .null: try container.encodeNil()
    }
  }
}
