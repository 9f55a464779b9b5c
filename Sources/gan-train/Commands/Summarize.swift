import ArgumentParser
import Foundation
import GANLab

struct Summarize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs by their initialisation, over their seeds.",
    discussion: """
      Intervals are 95 % intervals of a mean over n seeds, t · s / √n with Student's t for n − 1 \
      degrees of freedom. Differences are taken seed by seed, between runs that saw the same \
      batches and the same noise; one whose interval spans zero is no clear difference.
      """)

  @Argument(help: "Directories of runs, or directories that hold runs.")
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "The epochs over which figures are means, such as 1 or 36-40 (default: the last five).",
      valueName: "epochs"))
  var epochs: EpochRange?

  @Option(
    help: ArgumentHelp(
      "When is it first reached? A metric, >= or <=, and a number; can be given several times.",
      valueName: "level"))
  var level: [String] = ["g_accuracy>=0.1", "g_loss<=2"]

  @Option(
    help: ArgumentHelp(
      "Where comparison.csv goes (default: into the directory that was given, else here).",
      valueName: "file"))
  var output: String?

  func validate() throws {
    for text in level where Threshold(text) == nil {
      throw ValidationError(
        "--level \(text): must be a column of metrics.csv, then >= or <=, then a number.")
    }
  }

  func run() throws {
    let paths = try runs.flatMap(Self.runs(in:))
    let comparison = try Comparison(paths)
    let columns = comparison.metrics.map(\.column)
    let thresholds = level.compactMap(Threshold.init)
    for threshold in thresholds where !columns.contains(threshold.metric) {
      throw ValidationError(
        "--level \(threshold.metric): must be one of \(columns.joined(separator: ", ")).")
    }
    let range = epochs?.range ?? comparison.lastEpochs(5)
    if range.upperBound > comparison.commonEpochs {
      throw ValidationError("--epochs: the runs have \(comparison.commonEpochs) epochs in common.")
    }
    let table = output ?? (paths == runs ? "comparison.csv" : runs[0] + "/comparison.csv")
    try comparison.writeTable(to: table)
    let report = ComparisonReport(
      comparison, over: range, thresholds: thresholds,
      width: Terminal.width(of: STDOUT_FILENO))
    try StandardOutput.print(report.lines + ["the table is in \(table)"])
  }

  /// A run itself, or the runs in a directory, in order of their names.
  static func runs(in path: String) throws -> [String] {
    if RunDirectory.holdsRun(path) { return [path] }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let runs = names.map { path + "/" + $0 }.filter {
      RunDirectory.holdsRun($0)
        && FileManager.default.fileExists(atPath: RunDirectory.metricsPath(ofRun: $0))
    }
    if runs.isEmpty {
      throw StorageError("\(path): neither a run nor a directory with runs in it.")
    }
    return runs
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
