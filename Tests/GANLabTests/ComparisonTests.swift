import Foundation
import TestSupport
import Testing

@testable import GANLab

struct ComparisonTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A run whose g_loss is as given, an epoch each; all else is 1.
  @discardableResult
  private func makeRun(
    _ scheme: Initializer.Scheme, seed: UInt64, gLoss: [Double], batchSize: Int = 128
  ) throws -> String {
    var configuration = GANConfiguration()
    configuration.initializer = Initializer(scheme)
    configuration.seed = seed
    configuration.batchSize = batchSize
    let path = directory.path + "/\(scheme.rawValue)-\(seed)-\(batchSize)"
    try makeDirectories(path)
    try RunConfig(
      kind: .gan, experiment: configuration, dataPath: "",
      data: DataDescription(images: 1, rows: 1, columns: 1, sha256: "")
    ).write(to: path + "/config.json")
    let metrics = try RunTable(
      path: path + "/metrics.csv", configuration, columns: RunTables<GAN>.metricsColumns,
      keeping: nil)
    for (index, loss) in gLoss.enumerated() {
      metrics.append(
        ["\(index + 1)", "1"]
          + GANStatistics.metrics.map { $0.column == "g_loss" ? "\(loss)" : "1" } + ["1", "1"])
    }
    try metrics.flush()
    return path
  }

  /// Student 1908 and any table since.
  @Test(arguments: [
    (1, 12.7062), (2, 4.30265), (3, 3.18245), (9, 2.26216), (30, 2.04227), (120, 1.97993),
  ])
  func `quantiles of t are the tables'`(freedom: Int, expected: Double) {
    #expect(abs(StudentT.quantile975(degreesOfFreedom: freedom) - expected) < 1e-4)
  }

  @Test func `an estimate has Student's interval`() throws {
    let estimate = Estimate([1, 2, 3, 6])
    #expect(estimate.mean == 3)
    #expect(abs(try #require(estimate.standardDeviation) - (14.0 / 3).squareRoot()) < 1e-12)
    #expect(abs(try #require(estimate.margin) - 3.18245 * (14.0 / 12).squareRoot()) < 1e-4)
    #expect(!estimate.excludesZero)
    #expect(Estimate([2, 2.1, 1.9]).excludesZero)
    #expect(Estimate([5]).margin == nil && !Estimate([5]).excludesZero)
  }

  @Test func `differences are taken seed by seed`() throws {
    // Between seeds there are tens, between initialisers ones.
    let paths = try [
      makeRun(.random, seed: 0, gLoss: [9, 10, 10]), makeRun(.random, seed: 1, gLoss: [9, 20, 20]),
      makeRun(.random, seed: 2, gLoss: [9, 30, 30]),
      makeRun(.xavierHe, seed: 2, gLoss: [1, 31.1, 31.1, 7]),
      makeRun(.xavierHe, seed: 0, gLoss: [1, 11, 11, 7]),
      makeRun(.xavierHe, seed: 1, gLoss: [1, 20.9, 20.9, 7]),
      makeRun(.he, seed: 9, gLoss: [1, 2, 3]),
    ]
    let comparison = try Comparison(paths)
    #expect(comparison.groups.map(\.name) == ["random", "xavier-he", "he"])
    #expect(comparison.commonEpochs == 3 && comparison.lastEpochs(2) == 2...3)
    #expect(comparison.mean("g_loss", of: 0, over: 2...3).mean == 20)
    let difference = try #require(comparison.difference("g_loss", from: 0, to: 1, over: 2...3))
    #expect(abs(difference.mean - 1) < 1e-9 && difference.count == 3 && difference.excludesZero)
    #expect(comparison.difference("g_loss", from: 0, to: 2, over: 2...3) == nil)
    #expect(
      comparison.difference("d_loss", from: 0, to: 1, over: 2...3)?.excludesZero == false,
      "no difference")

    let level = try #require(Threshold("g_loss>=20.95"))
    #expect(comparison.firstEpochs(of: 0, at: level) == [nil, nil, 2])
    #expect(
      comparison.firstEpochs(of: 1, at: try #require(Threshold("g_loss<=1"))) == [
        1, 1, 1,
      ])
    #expect(Threshold("g_loss=1") == nil && Threshold("g_loss>=x") == nil)
  }

  @Test func `the table has a row for each initialiser, epoch and metric`() throws {
    let paths = try [
      makeRun(.random, seed: 0, gLoss: [1, 2]), makeRun(.random, seed: 1, gLoss: [3]),
    ]
    let path = directory.path + "/comparison.csv"
    try Comparison(paths).writeTable(to: path)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines[0] == "init,epoch,metric,n,mean,std,low,high")
    #expect(lines.count == 1 + 2 * 8)
    // 2 ± 12.7062 · √2 / √2
    #expect(lines.contains { $0.hasPrefix("random,1,g_loss,2,2.0,1.414213562") })
    #expect(lines.contains("random,2,g_loss,1,2.0,,,"))
  }

  @Test func `a metric that a run of an earlier version lacks is left out`() throws {
    let paths = try [
      makeRun(.random, seed: 0, gLoss: [1, 2]), makeRun(.he, seed: 0, gLoss: [3, 4]),
    ]
    let csv = paths[0] + "/metrics.csv"
    let text = try String(contentsOfFile: csv, encoding: .utf8)
    try text.replacing("g_accuracy", with: "not_known").write(
      toFile: csv, atomically: true, encoding: .utf8)
    let comparison = try Comparison(paths)
    #expect(!comparison.metrics.contains { $0.column == "g_accuracy" })
    #expect(comparison.metrics.contains { $0.column == "g_loss" })
  }

  @Test func `what cannot be compared is refused, by name`() throws {
    let run = try makeRun(.random, seed: 0, gLoss: [1])
    func refusal(_ paths: [String]) -> String {
      do {
        _ = try Comparison(paths)
        return ""
      } catch { return error.description }
    }
    #expect(refusal([run, run]).contains("the same init and seed"))
    let other = try makeRun(.he, seed: 0, gLoss: [1], batchSize: 64)
    #expect(refusal([run, other]).hasPrefix("\(other): other batch_size than \(run)"))
    let empty = try makeRun(.he, seed: 0, gLoss: [])
    #expect(refusal([run, empty]).contains("no rows"))
    #expect(refusal([directory.path]).contains("cannot be read"))
    try directory.write(Array("epoch\nx\n".utf8), to: "he-0-128/metrics.csv")
    #expect(refusal([empty]).contains("none of the columns"))
  }

  @Test(arguments: [
    "xavier-he", "random", "random:1", "random:0.5:uniform", "he:uniform", "he:slope=0.2:gain=2",
    "xavier:truncated-normal", "orthogonal:gain=1.5", "zeros", "pytorch:normal",
    "he:mode=fan-out", "lecun:uniform:mode=fan-avg", "lsuv:gain=2", "orthogonal:bias=0.1",
    "file:a/b:c.safetensors",
  ])
  func `labels stand for what has them`(label: String) throws {
    #expect(try Initializer(label: label).label == label)
  }

  @Test(arguments: [
    "", "xavierhe", "random:", "random:0", "random:x", "he:1", "lecun:slope=1", "he:slope=-1",
    "he:gain=0", "he:gain=1:gain=2", "xavier:uniform:normal", "random:1:std=1", "zeros:normal",
    "orthogonal:uniform", "he::uniform", "file", "file:", "xavier:mode=fan-out", "he:mode=fan",
    "lsuv:uniform", "pytorch:bias=1", "he:bias=-1",
  ])
  func `other labels are refused`(label: String) {
    #expect(throws: InitializerError.self) { try Initializer(label: label) }
  }

  @Test func `a label may say the defaults`() throws {
    #expect(try Initializer(label: "random:0.01:normal") == Initializer(.random))
    #expect(try Initializer(label: "random:std=0.01") == Initializer(.random))
  }
}
