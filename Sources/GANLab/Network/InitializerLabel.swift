import Foundation

/// An initialiser as text, such as "xavier-he", "random:1", "he:uniform" or "he:slope=0.2:gain=2":
/// the scheme, then its parameters in any order, each `name=value`; of a standard deviation and a
/// distribution the value is enough. After "file:" comes a path.
extension Initializer {
  /// What can be said of a scheme, by its name in a label.
  public enum Parameter: String, CaseIterable, Sendable {
    case std, distribution, slope, mode, gain, bias

    package func applies(to scheme: Scheme) -> Bool {
      switch self {
      case .std: scheme == .random
      case .distribution: scheme.isDrawn
      case .slope: scheme == .he || scheme == .xavierHe
      case .mode: scheme == .he || scheme == .lecun
      case .gain: scheme != .file
      case .bias: scheme != .file && scheme != .pytorch
      }
    }

    /// The values that it may have, in words.
    package var expectation: String {
      switch self {
      case .std, .gain: "a number above 0"
      case .distribution:
        "one of " + Distribution.allCases.map(\.rawValue).joined(separator: ", ")
      case .slope, .bias: "a number from 0"
      case .mode: "one of " + FanMode.allCases.map(\.rawValue).joined(separator: ", ")
      }
    }
  }

  /// How tables and file names call it: the scheme, with what differs from its defaults.
  public var label: String {
    if scheme == .file { return "\(scheme.rawValue):\(path)" }
    let standard = Initializer(scheme)
    let parts: [String] = Parameter.allCases.filter { $0.applies(to: scheme) }.compactMap {
      switch $0 {
      case .std:
        randomStandardDeviation == standard.randomStandardDeviation
          ? nil : Self.text(randomStandardDeviation)
      case .distribution:
        distribution == standard.distribution ? nil : distribution.rawValue
      case .slope: slope == standard.slope ? nil : "slope=" + Self.text(slope)
      case .mode: mode == standard.mode ? nil : "mode=" + mode.rawValue
      case .gain: gain == standard.gain ? nil : "gain=" + Self.text(gain)
      case .bias:
        biasStandardDeviation == 0 ? nil : "bias=" + Self.text(biasStandardDeviation)
      }
    }
    return ([scheme.rawValue] + parts).joined(separator: ":")
  }

  /// The shortest text that reads back as `value`, without an empty fraction.
  private static func text(_ value: Float) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Reads a label. What it says may be the default: "random:0.01" is "random".
  ///
  /// - Throws: ``InitializerError`` that names the part which is wrong.
  public init(label: String) throws(InitializerError) {
    let parts = label.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let scheme = Scheme(rawValue: parts[0]) else { throw .unknownScheme(parts[0]) }
    self.init(scheme)
    if scheme == .file {
      path = String(label.dropFirst("file:".count))
      if path.isEmpty { throw .noPath }
      return
    }
    var given: Set<Parameter> = []
    for part in parts.dropFirst() {
      let (parameter, value) = try Self.parse(part, of: scheme)
      guard parameter.applies(to: scheme) else { throw .notApplicable(parameter, scheme) }
      guard given.insert(parameter).inserted else { throw .givenTwice(parameter, label: label) }
      try set(parameter, value)
    }
  }

  /// "gain=2" as (gain, "2"), "uniform" as (distribution, "uniform"), "0.5" as (std, "0.5").
  private static func parse(
    _ part: String, of scheme: Scheme
  ) throws(InitializerError) -> (Parameter, String) {
    if let sign = part.firstIndex(of: "=") {
      let name = String(part[..<sign])
      guard let parameter = Parameter(rawValue: name) else { throw .unknownPart(part, scheme) }
      return (parameter, String(part[part.index(after: sign)...]))
    }
    if Distribution(rawValue: part) != nil { return (.distribution, part) }
    if Float(part) != nil { return (.std, part) }
    throw .unknownPart(part, scheme)
  }

  private mutating func set(_ parameter: Parameter, _ text: String) throws(InitializerError) {
    let number = Float(text).flatMap { $0.isFinite ? $0 : nil }
    switch parameter {
    case .std where number.map { $0 > 0 } ?? false: randomStandardDeviation = number!
    case .gain where number.map { $0 > 0 } ?? false: gain = number!
    case .slope where number.map { $0 >= 0 } ?? false: slope = number!
    case .bias where number.map { $0 >= 0 } ?? false: biasStandardDeviation = number!
    case .distribution:
      guard let value = Distribution(rawValue: text) else { throw .wrongValue(parameter, text) }
      distribution = value
    case .mode:
      guard let value = FanMode(rawValue: text) else { throw .wrongValue(parameter, text) }
      mode = value
    default: throw .wrongValue(parameter, text)
    }
  }
}

/// What can be wrong with an initialiser's label.
public enum InitializerError: Error, Equatable, Sendable {
  case unknownScheme(String)
  /// "file" without one.
  case noPath
  case unknownPart(String, Initializer.Scheme)
  case notApplicable(Initializer.Parameter, Initializer.Scheme)
  case wrongValue(Initializer.Parameter, String)
  case givenTwice(Initializer.Parameter, label: String)
}

extension InitializerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownScheme(let name):
      "\(name.isEmpty ? "no name" : name): no such initialiser; expected one of "
        + Initializer.Scheme.allCases.map(\.rawValue).joined(separator: ", ")
    case .noPath: "file: without a path, expected file:weights.safetensors"
    case .unknownPart(let part, let scheme):
      "\(part.isEmpty ? "nothing between two colons" : part): expected, for \(scheme.rawValue), "
        + Self.parts(of: scheme)
    case .notApplicable(let parameter, let scheme):
      "\(parameter.rawValue): \(scheme.rawValue) has none; it takes \(Self.parts(of: scheme))"
    case .wrongValue(let parameter, let value):
      "\(parameter.rawValue) \(value): must be \(parameter.expectation)"
    case .givenTwice(let parameter, let label):
      "\(label): says \(parameter.rawValue) twice"
    }
  }

  /// What may follow a scheme's name.
  private static func parts(of scheme: Initializer.Scheme) -> String {
    Initializer.Parameter.allCases.filter { $0.applies(to: scheme) }.map {
      switch $0 {
      case .std: "a standard deviation above 0"
      case .distribution: Initializer.Distribution.allCases.map(\.rawValue).joined(separator: ", ")
      case .slope, .mode, .gain, .bias: "\($0.rawValue)=…"
      }
    }.joined(separator: ", ")
  }
}
