import ArgumentParser
import Foundation
import GANLab

struct Summarize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs of one kind by their initialisation, or more, over their seeds.",
    discussion: """
      Intervals are 95 % intervals of a mean over n seeds, t s / sqrt(n) with Student's t for n - 1 \
      degrees of freedom. Differences are taken seed by seed, between runs that saw the same \
      batches and the same noise; one whose interval spans zero is no clear difference.
      """)

  @Argument(
    help: """
      Directories of runs, or directories that hold runs: of these the largest set of runs that can \
      be compared.
      """, completion: Completions.runs, transform: Path.parse)
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      """
      Other options that the runs may differ in, with commas between, such as optimizer,learning-rate; \
      by default what the comparison that holds the runs was made with.
      """, valueName: "options"))
  var by: String?

  @OptionGroup var report: ReportOptions

  @Option(
    help: ArgumentHelp(
      "The epochs over which figures are means, such as 1 or 36-40 (default: the last five).",
      valueName: "epochs"))
  var epochs: EpochRange?

  @Option(
    help: ArgumentHelp(
      "Where comparison.csv goes (default: into the directory that was given, else here).",
      valueName: "file"), transform: Path.parse)
  var output: String?

  @Flag(help: "Print one JSON object instead of the words: means and paired differences.")
  var json = false

  func run() throws {
    let variation = try variation()
    let (paths, leftOut) = try Self.find(runs, variation)
    let table = output ?? (paths == runs ? "comparison.csv" : runs[0] + "/comparison.csv")
    let comparison = try Comparison(paths, variation)
    let lines = try report.lines(
      comparison, over: epochs?.range, table: table, width: Terminal.width(of: STDOUT_FILENO))
    leftOut.forEach(StandardError.say)
    if json {
      let object = ComparisonJSON.object(
        comparison, over: epochs?.range ?? comparison.lastEpochs(5))
      try StandardOutput.print(String(decoding: JSON.pretty(object).dropLast(), as: UTF8.self))
    } else {
      try StandardOutput.print(lines)
    }
  }

  private func variation() throws -> Variation {
    if let by { return Variation(besidesInit: try by.split(separator: ",").compactMap(Self.key)) }
    let plan = runs.count == 1 ? try ComparisonPlan.read(from: runs[0]) : nil
    return plan.map { Variation($0) } ?? Variation()
  }

  /// The field of a configuration that an option sets; nil for what the column `init` tells.
  ///
  /// - Throws: a `ValidationError` for what is no option of a run.
  private static func key(_ option: some StringProtocol) throws -> String? {
    let name = "--" + option.drop { $0 == "-" }
    let initial = InitializationOptions.names + ["--generator-init", "--discriminator-init"]
    if initial.contains(name) { return nil }
    let options = GANOptions.variable + ClassifierOptions.variable
    guard options.contains(name) else {
      throw ValidationError("--by \(option): no option that decides what is trained.")
    }
    if name == "--layers" || name == "--width" { return "hidden_layers" }
    return String(name.dropFirst(2)).replacing("-", with: "_")
  }

  /// The runs that `paths` name or hold, and a line on each that is left out.
  ///
  /// - Throws: ``StorageError`` where there is none.
  private static func find(
    _ paths: [String], _ variation: Variation
  ) throws -> ([String], leftOut: [String]) {
    if paths.allSatisfy(RunDirectory.holdsRun) { return (paths, []) }
    let candidates = paths.flatMap { path in
      RunDirectory.holdsRun(path)
        ? [path]
        : RunDirectory.files(in: path).map { path + "/" + $0 }.filter(RunDirectory.holdsRun)
    }
    let selection = RunSelection(candidates, variation)
    let leftOut = selection.leftOut.map { "left out: \($0): \($1)" }
    guard !selection.chosen.isEmpty else {
      throw StorageError(
        ([paths.joined(separator: ", ") + ": neither a run nor a directory with runs in it."]
          + leftOut).joined(separator: "\n"))
    }
    return (selection.chosen, leftOut)
  }
}

/// What a comparison in words tells.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      When is it first reached? A metric, >= or <=, and a number; can be given several times (default: \
      \(Self.levels(of: .gan).joined(separator: ", ")); for classifiers \
      \(Self.levels(of: .classifier).joined(separator: ", "))).
      """, valueName: "level"))
  var level: [String] = []

  private static func levels(of kind: RunKind) -> [String] {
    switch kind {
    case .gan: ["g_accuracy>=0.1", "g_loss<=2"]
    case .classifier: ["test_accuracy>=0.9", "test_accuracy>=0.95"]
    }
  }

  func validate() throws {
    for text in level where Threshold(text) == nil {
      throw ValidationError(
        "--level \(text): must be a column of metrics.csv, then >= or <=, then a number.")
    }
  }

  /// Writes the comparison's table and tells of it.
  ///
  /// - Parameter range: the epochs over which figures are means; nil for the last five.
  /// - Parameter width: the terminal's; nil for no limit.
  func lines(
    _ comparison: Comparison, over range: ClosedRange<Int>? = nil, table: String, width: Int?
  ) throws -> [String] {
    let columns = comparison.metrics.map(\.column)
    let levels = level.isEmpty ? Self.levels(of: comparison.kind) : level
    let thresholds = levels.compactMap(Threshold.init)
    for threshold in thresholds where !columns.contains(threshold.metric) {
      throw ValidationError(
        "--level \(threshold.metric): must be one of \(columns.joined(separator: ", ")).")
    }
    let range = range ?? comparison.lastEpochs(5)
    if range.upperBound > comparison.commonEpochs {
      throw ValidationError("--epochs: the runs have \(comparison.commonEpochs) epochs in common.")
    }
    try comparison.writeTable(to: table)
    let report = ComparisonReport(comparison, over: range, thresholds: thresholds, width: width)
    return report.lines + ["the table is in \(table)"]
  }
}

/// Epochs from one to another, counted from 1.
struct EpochRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
      1 <= first && first <= last
    else { return nil }
    range = first...last
  }
}
