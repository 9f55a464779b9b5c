import ArgumentParser
import GANLab

/// What the runs of a comparison differ in.
struct FactorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Initialisations with commas between, such as random:0.01,random:1,xavier-he,he:uniform.",
      valueName: "inits"), completion: Completions.initializers, transform: Lists.initializers)
  var inits: [Initializer]?

  @Option(
    help: ArgumentHelp("Seeds, such as 0-4 or 1,3,8.", valueName: "seeds"),
    transform: Lists.seeds)
  var seeds: [UInt64]?

  @Option(
    help: ArgumentHelp(
      """
      Another option and its values, such as learning-rate=0.1,0.01 or optimizer=sgd,adam; values that \
      have commas themselves with semicolons between: "hidden-layers=100;100,100". Can be given several \
      times: every combination is trained.
      """, valueName: "option"), transform: Factor.parse)
  var vary: [Factor] = []

  /// An option and its values.
  struct Factor: Sendable {
    let name: String
    let values: [String]

    /// - Throws: a `ValidationError` that says what is wrong.
    static func parse(_ text: String) throws -> Factor {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("expected an option, =, and its values, as in learning-rate=0.1,0.01")
      }
      let separator: Character = parts[1].contains(";") ? ";" : ","
      let values = parts[1].split(separator: separator, omittingEmptySubsequences: false)
        .map(String.init)
      if values.contains("") { throw ValidationError("\(parts[0]) without a value") }
      if let value = values.first(where: { value in values.count { $0 == value } > 1 }) {
        throw ValidationError("\(parts[0])=\(value): is there twice")
      }
      return Factor(name: parts[0].trimmingPrefix("--").description, values: values)
    }
  }

  private var factors: [Factor] {
    (inits.map { [Factor(name: "init", values: $0.map(\.label))] } ?? []) + vary
  }

  var names: [String] { factors.map(\.name) }

  /// The options that were given.
  var given: [String] {
    (inits == nil ? [] : ["--inits"]) + (seeds == nil ? [] : ["--seeds"])
      + (vary.isEmpty ? [] : ["--vary"])
  }

  /// - Throws: a `ValidationError` where no comparison can begin with what was given.
  func checkWhole() throws {
    if names.isEmpty || seeds == nil {
      throw ValidationError(
        "\(seeds != nil ? "--inits or --vary" : names.isEmpty ? "--inits" : "--seeds"): is missing; a "
          + "comparison that was begun goes on with --run-dir alone.")
    }
    if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("--vary \(name): is varied twice.")
    }
  }

  /// Every combination of values, a value a factor.
  ///
  /// - Throws: a `ValidationError` for an option that cannot vary.
  func combinations<Options: RunOptions>(
    of type: Options.Type, with options: Options
  ) throws -> [[String]] {
    for name in names {
      if name == "seed" { throw ValidationError("--vary seed: --seeds names several.") }
      guard Options.variable.contains("--" + name) else {
        let all = Options.variable.map { $0.dropFirst(2) }.joined(separator: ", ")
        throw ValidationError("--vary \(name): can be one of \(all).")
      }
      if options.given.contains("--" + name) {
        throw ValidationError("--\(name): is varied; give it in one place.")
      }
    }
    if let option = options.given.first(where: { $0 == "--seed" }) {
      throw ValidationError("\(option): --seeds names several.")
    }
    return factors.reduce([[]]) { combinations, factor in
      combinations.flatMap { before in factor.values.map { before + [$0] } }
    }
  }

  /// The configuration of a combination.
  ///
  /// - Parameter common: the arguments that all have.
  /// - Throws: a `ValidationError` that names the value which is wrong.
  func configuration<Options: RunOptions>(
    _ values: [String], _ common: [String], _ type: Options.Type
  ) throws -> Options.Configuration {
    let arguments = zip(names, values).flatMap { ["--" + $0, $1] }
    do { return try Options.parse(common + arguments).configuration } catch {
      throw ValidationError(
        "with \(arguments.joined(separator: " ")): \(Options.message(for: error))")
    }
  }
}
