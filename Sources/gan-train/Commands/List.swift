import ArgumentParser
import Foundation
import GANLab

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the runs in a directory, and those of the comparisons in it.")

  @Argument(
    help: ArgumentHelp("Where the runs are.", valueName: "directory"), completion: .directory,
    transform: Path.parse)
  var directory = "runs"

  @Flag(help: "Print an array of JSON objects instead.")
  var json = false

  func run() throws {
    guard FileManager.default.fileExists(atPath: directory) else {
      throw StorageError("\(directory): no such directory.")
    }
    let (runs, damaged) = RunOverview.all(in: directory)
    damaged.forEach(StandardError.say)
    if json {
      let objects = JSONValue.array(runs.map(Self.object))
      try StandardOutput.print(String(decoding: JSON.pretty(objects).dropLast(), as: UTF8.self))
    } else if runs.isEmpty {
      StandardError.say("\(directory): no runs in it")
    } else {
      try StandardOutput.print(Self.table(runs).lines(within: Terminal.width(of: STDOUT_FILENO)))
    }
  }

  private static func table(_ runs: [RunOverview]) -> TextTable {
    var table = TextTable([
      TextTable.Column("run", .left), TextTable.Column("kind", .left, priority: 6),
      TextTable.Column("init", .left, priority: 5), TextTable.Column("seed", .right, priority: 4),
      TextTable.Column("data", .left, priority: 7), TextTable.Column("epochs", .right),
      TextTable.Column("", .left, priority: 2), TextTable.Column("last", .left, priority: 3),
      TextTable.Column("size", .right, priority: 1), TextTable.Column("age", .right, priority: 1),
    ])
    let now = Date().timeIntervalSince1970
    for run in runs {
      table.append([
        run.path, run.kind.rawValue, run.initialization, run.seed,
        URL(fileURLWithPath: run.dataPath).lastPathComponent,
        "\(run.epochsDone)/\(run.epochs.map(String.init) ?? "?")",
        run.isFinished ? "" : "unfinished", last(run), NumberText.bytes(run.bytes),
        NumberText.age(now - run.changed),
      ])
    }
    return table
  }

  /// The last epoch's losses, or what a classifier got right.
  private static func last(_ run: RunOverview) -> String {
    let columns = run.kind == .gan ? ["d_loss", "g_loss"] : ["test_loss", "test_accuracy"]
    return columns.compactMap { column in
      run.lastRow[column].flatMap(Double.init).map { "\(column) \(NumberText.fixed($0, 3))" }
    }.joined(separator: " ")
  }

  private static func object(_ run: RunOverview) -> JSONValue {
    .object([
      "path": .string(run.path), "kind": .string(run.kind.rawValue),
      "init": .string(run.initialization), "seed": .string(run.seed),
      "data": .string(run.dataPath), "epochs_done": .integer(Int64(run.epochsDone)),
      "epochs": run.epochs.map { .integer(Int64($0)) } ?? .null,
      "is_finished": .bool(run.isFinished), "bytes": .integer(Int64(run.bytes)),
      "changed": .number(run.changed),
      "last": .object(
        run.lastRow.mapValues { Double($0).map(JSONValue.number) ?? .string($0) }),
    ])
  }
}
