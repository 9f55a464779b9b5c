import Foundation
import GANLab

/// What some images were judged to be.
struct QualityRow {
  /// A checkpoint, or what stands beside.
  let source: String
  let initialization: String?
  let seed: UInt64?
  let epoch: Int?
  let step: Int?
  let quality: ImageQuality
  /// That the figures took; nil if it is not to be told.
  let seconds: [String: Double]?

  init(
    source: String, initialization: String? = nil, seed: UInt64? = nil, epoch: Int? = nil,
    step: Int? = nil, _ quality: ImageQuality, seconds: [String: Double]? = nil
  ) {
    self.source = source
    self.initialization = initialization
    self.seed = seed
    self.epoch = epoch
    self.step = step
    self.quality = quality
    self.seconds = seconds
  }

  var isOfRun: Bool { initialization != nil && source != "untrained" }
}

/// Image quality for the terminal, as a table and as JSON.
struct QualityReport {
  private let rows: [QualityRow]
  private let judge: ImageJudge
  private let noiseSeed: UInt64

  init(_ rows: [QualityRow], _ judge: ImageJudge, noiseSeed: UInt64) {
    self.rows = rows
    self.judge = judge
    self.noiseSeed = noiseSeed
  }

  // MARK: Files

  private static let places = ["source", "init", "seed", "epoch", "step"]

  /// - Throws: ``StorageError``.
  func write(to path: String) throws(StorageError) {
    var table = CSV(header: Self.places + QualityCSV.columns)
    for row in rows {
      let place = [
        row.source, row.initialization ?? "", row.seed.map(String.init) ?? "",
        row.epoch.map(String.init) ?? "", row.step.map(String.init) ?? "",
      ]
      table.append(place + QualityCSV.fields(row.quality, judge, noiseSeed: noiseSeed))
    }
    try table.write(to: path)
  }

  func json() throws -> String {
    let objects = rows.map { row -> JSONValue in
      var object: [String: JSONValue] = ["source": .string(row.source)]
      object["init"] = row.initialization.map(JSONValue.string)
      object["seed"] = row.seed.map(JSONValue.unsigned)
      object["epoch"] = row.epoch.map { .integer(Int64($0)) }
      object["step"] = row.step.map { .integer(Int64($0)) }
      for metric in ImageQuality.metrics {
        let value = metric.value(row.quality) ?? .nan
        object[metric.column] = value.isFinite ? .number(value) : .null
      }
      object["images"] = .integer(Int64(judge.count))
      object["noise_seed"] = .unsigned(noiseSeed)
      object["evaluator"] = .string(judge.evaluator.sha256)
      object["evaluator_accuracy"] = .number(judge.evaluator.accuracy)
      object["seconds"] = row.seconds.map { .object($0.mapValues(JSONValue.number)) }
      return .object(object)
    }
    return String(decoding: try JSON.pretty(JSONValue.array(objects)).dropLast(), as: UTF8.self)
  }

  // MARK: Terminal

  /// - Parameter width: the terminal's; nil for no limit.
  func lines(width: Int?) -> [String] {
    let evaluator = judge.evaluator
    return [
      "\(judge.count) images a row, noise seed \(noiseSeed); evaluator "
        + "\(evaluator.sha256.prefix(8)), \(NumberText.percent(evaluator.accuracy)) right,",
      "  features: \(Evaluator.layer)",
    ] + table(width) + warnings + means(width)
  }

  /// The columns of the terminal, the more important the longer they stay.
  private static let titles = [
    ("frechet_distance", "Fréchet", 0), ("kernel_distance", "kernel", 4),
    ("precision", "prec.", 1), ("recall", "recall", 1), ("density", "density", 6),
    ("coverage", "cover.", 2), ("classifier_score", "score", 5),
    ("class_divergence", "class KL", 3),
    ("classes", "classes", 8), ("log_likelihood", "log-lik.", 7), ("copying", "copying", 9),
  ]

  private func table(_ width: Int?) -> [String] {
    var table = TextTable(
      [
        TextTable.Column("", .left), TextTable.Column("seed", .right, priority: 10),
        TextTable.Column("epoch", .right, priority: 11),
      ] + Self.titles.map { TextTable.Column($0.1, .right, priority: $0.2) })
    for row in rows {
      let name =
        row.isOfRun
        ? row.initialization ?? ""
        : [row.source, row.initialization].compactMap { $0 }.joined(separator: " ")
      table.append(
        [
          name, row.isOfRun ? row.seed.map(String.init) ?? "" : "",
          row.epoch.map(String.init) ?? "",
        ]
          + Self.titles.map { Self.text(row.quality, $0.0) })
    }
    let ideals = Self.titles.map { title in
      ImageQuality.metrics.first { $0.column == title.0 }?.ideal ?? ""
    }
    table.append(["(ideal)", "", ""] + ideals)
    return table.lines(within: width)
  }

  private static func text(_ quality: ImageQuality, _ column: String) -> String {
    guard let metric = ImageQuality.metrics.first(where: { $0.column == column }),
      let value = metric.value(quality)
    else { return "" }
    return switch column {
    case "classes": NumberText.fixed(value, 0)
    case "frechet_distance", "classifier_score": NumberText.fixed(value, 2)
    case "log_likelihood", "copying": NumberText.fixed(value, 1)
    default: NumberText.fixed(value, 3)
    }
  }

  private var warnings: [String] {
    let atEdge = rows.filter { $0.quality.sigma.isSmallest || $0.quality.sigma.isLargest }
    if atEdge.isEmpty { return [] }
    return [
      "log-likelihood: the best kernel width is at the edge of those tried, for "
        + "\(atEdge.count) of \(rows.count) rows; a better one may lie beyond"
    ]
  }

  /// By initialisation, where one has several seeds: means with intervals, and paired differences.
  private func means(_ width: Int?) -> [String] {
    var groups: [(name: String, rows: [QualityRow])] = []
    for row in rows where row.isOfRun {
      let name = row.initialization ?? ""
      if let index = groups.firstIndex(where: { $0.name == name }) {
        if groups[index].rows.contains(where: { $0.seed == row.seed }) { return [] }
        groups[index].rows.append(row)
      } else {
        groups.append((name, [row]))
      }
    }
    guard groups.contains(where: { $0.rows.count > 1 }) else { return [] }
    let compared = ImageQuality.metrics.filter(\.isCompared)
    var table = TextTable(
      [TextTable.Column("", .left), TextTable.Column("n", .right)]
        + compared.enumerated().map { TextTable.Column($1.column, .right, priority: $0) })
    for group in groups {
      let cells = compared.map { metric in
        let estimate = Estimate(group.rows.compactMap { metric.value($0.quality) })
        return NumberText.estimate(estimate.mean, estimate.margin)
      }
      table.append([group.name, "\(group.rows.count)"] + cells)
    }
    var differences = TextTable([
      TextTable.Column("", .left), TextTable.Column("", .left), TextTable.Column("", .right),
      TextTable.Column("", .left),
    ])
    for (index, first) in groups.enumerated() {
      for second in groups.dropFirst(index + 1) {
        for metric in compared {
          let values = second.rows.compactMap { row -> Double? in
            guard let other = first.rows.first(where: { $0.seed == row.seed }),
              let from = metric.value(other.quality), let to = metric.value(row.quality)
            else { return nil }
            return to - from
          }
          if values.isEmpty { continue }
          let estimate = Estimate(values)
          let margin = estimate.margin.map { String(format: " ± %.3f", $0) } ?? ""
          differences.append([
            "\(second.name) − \(first.name)", metric.column,
            String(format: "%+.3f", estimate.mean) + margin,
            estimate.margin == nil
              ? "one seed: no interval" : estimate.excludesZero ? "" : "no clear difference",
          ])
        }
      }
    }
    return ["", "means over seeds, ± half of the 95 % interval"] + table.lines(within: width)
      + ["", "paired differences, same seed and noise"] + differences.lines(within: width)
  }
}
