import GANLab

/// A comparison as JSON: what its report has in words.
enum ComparisonJSON {
  /// - Parameter range: the epochs over which figures are means; all runs have them.
  static func object(_ comparison: Comparison, over range: ClosedRange<Int>) -> JSONValue {
    let metrics = comparison.metrics.map(\.column)
    let groups = comparison.groups.indices.map { index -> JSONValue in
      let group = comparison.groups[index]
      let means = metrics.map { metric in
        (metric, estimate(comparison.mean(metric, of: index, over: range)))
      }
      return .object([
        "variant": variant(comparison, group),
        "seeds": .array(group.runs.map { .string($0.seed) }),
        "runs": .array(group.runs.map { .string($0.path) }),
        "means": .object(Dictionary(uniqueKeysWithValues: means)),
      ])
    }
    let differences = comparison.pairs.flatMap { first, second, factor in
      metrics.compactMap { metric -> JSONValue? in
        guard
          let difference = comparison.difference(metric, from: first, to: second, over: range)
        else { return nil }
        return .object([
          "from": variant(comparison, comparison.groups[first]),
          "to": variant(comparison, comparison.groups[second]),
          "factor": .string(comparison.factors[factor]), "metric": .string(metric),
          "difference": estimate(difference),
          "is_clear": difference.margin == nil ? .null : .bool(difference.excludesZero),
        ])
      }
    }
    return .object([
      "kind": .string(comparison.kind.rawValue),
      "epochs": .array([.integer(Int64(range.lowerBound)), .integer(Int64(range.upperBound))]),
      "variants": .array(groups), "differences": .array(differences),
    ])
  }

  /// Its value of each factor.
  private static func variant(_ comparison: Comparison, _ group: Comparison.Group) -> JSONValue {
    .object(
      Dictionary(
        uniqueKeysWithValues: zip(comparison.factors, group.values.map(JSONValue.string))))
  }

  private static func estimate(_ estimate: Estimate) -> JSONValue {
    .object([
      "n": .integer(Int64(estimate.count)), "mean": number(estimate.mean),
      "margin": estimate.margin.map(number) ?? .null,
    ])
  }

  /// JSON has no infinity.
  private static func number(_ value: Double) -> JSONValue {
    value.isFinite ? .number(value) : .null
  }
}
