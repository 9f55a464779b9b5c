import ArgumentParser
import GANLab

/// How the weights are drawn. Each option is a part of an initialiser's label, which alone decides
/// what is right.
struct InitializationOptions: ParsableArguments {
  @Option(
    name: .customLong("init"),
    help: """
      How the weights are drawn; what the options below say can follow after colons, as in \
      random:1, he:uniform or he:slope=0.2:gain=2; he and lecun take mode=fan-out or fan-avg, and file:PATH \
      takes weights from a safetensors file. (default: \(Self.defaultInitializer.label))
      """, completion: .list(InitializerLabel.allValueStrings))
  var label: InitializerLabel?

  @Option(
    name: .customLong("init-std"), parsing: .unconditional,
    help: ArgumentHelp(
      "The weights' standard deviation with --init random, above 0 (default: "
        + "\(Initializer(.random).randomStandardDeviation)).", valueName: "sigma"))
  var standardDeviation: String?

  @Option(
    name: .customLong("init-distribution"),
    help: ArgumentHelp(
      "The weights' distribution: "
        + Initializer.Distribution.allCases.map(\.rawValue).joined(separator: ", ")
        + " (default: normal, with --init pytorch uniform).", valueName: "name"))
  var distribution: String?

  @Option(
    name: .customLong("init-slope"), parsing: .unconditional,
    help: ArgumentHelp(
      "He's a with --init he and xavier-he: the slope below zero that the weights allow for, from 0 (default: 0).",
      valueName: "a"))
  var slope: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "All weights are multiplied by it, above 0 (default: 1).", valueName: "factor"))
  var gain: String?

  private static let defaultInitializer = GANConfiguration().initializer

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The biases' standard deviation, from 0 (default: 0).", valueName: "sigma"))
  var biasStd: String?

  /// The options besides --init, with the parts of a label that they stand for.
  private var parts: [(option: String, parameter: Initializer.Parameter, value: String)] {
    [
      ("--init-std", .std, standardDeviation), ("--init-distribution", .distribution, distribution),
      ("--init-slope", .slope, slope), ("--gain", .gain, gain), ("--bias-std", .bias, biasStd),
    ].compactMap { option, parameter, value in value.map { (option, parameter, $0) } }
  }

  /// - Throws: a `ValidationError` that names the option which is wrong.
  private func resolve(over base: Initializer = defaultInitializer) throws -> Initializer {
    let text = label?.text ?? base.label
    do throws(InitializerError) {
      // What --init says is right or wrong without the others.
      _ = try Initializer(label: text)
    } catch {
      throw ValidationError("--init \(error).")
    }
    do throws(InitializerError) {
      let all = [text] + parts.map { "\($0.parameter.rawValue)=\($0.value)" }
      return try Initializer(label: all.joined(separator: ":"))
    } catch {
      throw ValidationError(message(error))
    }
  }

  private func message(_ error: InitializerError) -> String {
    func option(_ parameter: Initializer.Parameter) -> String {
      parts.first { $0.parameter == parameter }?.option ?? "--init"
    }
    return switch error {
    case .notApplicable(let parameter, let scheme):
      "\(option(parameter)): --init \(scheme.rawValue) has no such parameter."
    case .wrongValue(let parameter, let value):
      "\(option(parameter)) \(value): must be \(parameter.expectation)."
    case .givenTwice(let parameter, _):
      "\(option(parameter)): --init \(label?.text ?? "") says it already."
    case .unknownScheme, .unknownPart, .noPath: "--init \(error)."
    }
  }

  func validate() throws { _ = try resolve() }

  /// What the options say; without any `base`.
  func initializer(over base: Initializer) -> Initializer { (try? resolve(over: base)) ?? base }

  static let names = [
    "--init", "--init-std", "--init-distribution", "--init-slope", "--gain", "--bias-std",
  ]

  var given: [String] { (label == nil ? [] : ["--init"]) + parts.map(\.option) }

  var argumentsGiven: [String] {
    (label.map { ["--init", $0.text] } ?? []) + parts.flatMap { [$0.option, $0.value] }
  }

  static func arguments(for configuration: some TrainingConfiguration) -> [String] {
    ["--init", configuration.initializer.label]
  }
}

/// An initialiser's label as it was typed; ``Initializer`` reads it.
struct InitializerLabel: ExpressibleByArgument {
  let text: String

  init?(argument: String) { text = argument }

  /// - Throws: a `ValidationError` that says what is wrong.
  static func parse(_ text: String) throws -> Initializer {
    do throws(InitializerError) { return try Initializer(label: text) } catch {
      throw ValidationError("\(error)")
    }
  }

  static var allValueStrings: [String] { Initializer.Scheme.allCases.map(\.rawValue) }
}
