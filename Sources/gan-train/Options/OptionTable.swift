import ArgumentParser
import GANLab

/// One option that sets a field of a configuration: a row of the table that each group of options
/// has. What was given, whether it may be, the configuration and the arguments that lead to one
/// derive from it.
struct OptionRow<Options, Configuration> {
  let name: String
  /// The value, where the option was given.
  let given: (Options) -> String?
  /// - Throws: a `ValidationError` that names the option, the value and what it may be.
  let check: (Options) throws -> Void
  /// Sets the field, where the option was given.
  let apply: (Options, inout Configuration) -> Void
  /// The value that gives a configuration's field; nil for a field that no value stands for.
  let value: (Configuration) -> String?
  /// The default depends on the machine or on the command, so that a command line must say it.
  var hasNoFixedDefault = false

  /// - Parameter expectation: what a value must be, in words: "from 1 to 256".
  init<Value>(
    _ name: String, _ option: KeyPath<Options, Value?>,
    _ field: WritableKeyPath<Configuration, Value>, must expectation: String = "",
    _ isValid: @escaping (Value) -> Bool = { _ in true },
    as text: @escaping (Value) -> String = { "\($0)" }
  ) {
    self.name = name
    given = { $0[keyPath: option].map(text) }
    check = { options in
      if let value = options[keyPath: option], !isValid(value) {
        throw ValidationError("\(name) \(text(value)): must be \(expectation).")
      }
    }
    apply = { options, configuration in
      if let value = options[keyPath: option] { configuration[keyPath: field] = value }
    }
    value = { text($0[keyPath: field]) }
  }

  /// A field that need not have a value.
  init<Value>(
    _ name: String, _ option: KeyPath<Options, Value?>,
    _ field: WritableKeyPath<Configuration, Value?>, must expectation: String = "",
    _ isValid: @escaping (Value) -> Bool = { _ in true },
    as text: @escaping (Value) -> String = { "\($0)" }
  ) {
    self.name = name
    given = { $0[keyPath: option].map(text) }
    check = { options in
      if let value = options[keyPath: option], !isValid(value) {
        throw ValidationError("\(name) \(text(value)): must be \(expectation).")
      }
    }
    apply = { options, configuration in
      if let value = options[keyPath: option] { configuration[keyPath: field] = value }
    }
    value = { $0[keyPath: field].map(text) }
  }

  /// A whole number within bounds.
  init(
    _ name: String, _ option: KeyPath<Options, Int?>,
    _ field: WritableKeyPath<Configuration, Int>, in range: ClosedRange<Int>
  ) {
    self.init(name, option, field, must: words(range)) { range.contains($0) }
  }

  func withoutFixedDefault() -> OptionRow {
    var row = self
    row.hasNoFixedDefault = true
    return row
  }
}

extension Collection {
  /// Checks every option that was given.
  func check<Options, Configuration>(_ options: Options) throws
  where Element == OptionRow<Options, Configuration> {
    for row in self { try row.check(options) }
  }

  /// The names of the options that were given.
  func given<Options, Configuration>(in options: Options) -> [String]
  where Element == OptionRow<Options, Configuration> {
    filter { $0.given(options) != nil }.map(\.name)
  }

  /// The options that were given, as arguments.
  func argumentsGiven<Options, Configuration>(in options: Options) -> [String]
  where Element == OptionRow<Options, Configuration> {
    flatMap { row in row.given(options).map { [row.name, $0] } ?? [] }
  }

  /// Sets the fields of the options that were given.
  func apply<Options, Configuration>(_ options: Options, to configuration: inout Configuration)
  where Element == OptionRow<Options, Configuration> {
    for row in self { row.apply(options, &configuration) }
  }

  /// The arguments that make this configuration out of the defaults.
  func arguments<Options, Configuration: TrainingConfiguration>(
    for configuration: Configuration
  ) -> [String] where Element == OptionRow<Options, Configuration> {
    let standard = Configuration()
    return flatMap { row -> [String] in
      guard let value = row.value(configuration),
        row.hasNoFixedDefault || value != row.value(standard)
      else { return [] }
      return [row.name, value]
    }
  }
}

/// - Throws: a `ValidationError` where `value` is outside `range`.
func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
  if let value, !range.contains(value) {
    throw ValidationError("\(option) \(value): must be \(words(range)).")
  }
}

private func words(_ range: ClosedRange<Int>) -> String {
  "from \(range.lowerBound) to \(range.upperBound)"
}
