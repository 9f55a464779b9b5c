/// The losses and accuracies of one step, or their means over several.
///
/// The table ``metrics`` is the one list of them: from it derive the columns of every file, their
/// order, sums and means, and what the terminal shows.
public protocol StepStatistics: Codable, Equatable, Sendable {
  /// All zero.
  init()

  static var metrics: [Metric<Self>] { get }

  /// What ought to be said of an epoch with these figures; nil for nothing.
  var remark: String? { get }
}

/// A column of a run's table, by the value that it shows.
public struct Metric<Statistics>: Sendable {
  /// How a value is read.
  public enum Kind: Sendable {
    case loss
    /// From 0 to 1.
    case share
    /// A whole number.
    case count
  }

  /// The name in files, such as "d_loss".
  public let column: String
  public let kind: Kind
  /// The heading in the progress of a training; nil for what is not shown there.
  package let title: String?
  /// Whether comparisons in words show it.
  package let isCompared: Bool
  public let path: KeyPath<Statistics, Double> & Sendable
  /// Whether it is measured after an epoch, and not in its steps.
  package let isOfEpochs: Bool
  /// Nil for a value that follows from others.
  let stored: (WritableKeyPath<Statistics, Double> & Sendable)?

  init(
    _ column: String, _ kind: Kind, title: String? = nil, isCompared: Bool = false,
    stored path: WritableKeyPath<Statistics, Double> & Sendable, isOfEpochs: Bool = false
  ) {
    (self.column, self.kind, self.title, self.isCompared) = (column, kind, title, isCompared)
    (self.path, stored, self.isOfEpochs) = (path, path, isOfEpochs)
  }

  init(
    _ column: String, _ kind: Kind, title: String? = nil, isCompared: Bool = false,
    derived path: KeyPath<Statistics, Double> & Sendable
  ) {
    (self.column, self.kind, self.title, self.isCompared) = (column, kind, title, isCompared)
    (self.path, stored, isOfEpochs) = (path, nil, false)
  }
}

extension StepStatistics {
  public var remark: String? { nil }

  static func += (sum: inout Self, addend: Self) {
    for metric in metrics {
      if let path = metric.stored { sum[keyPath: path] += addend[keyPath: path] }
    }
  }

  static func / (sum: Self, divisor: Double) -> Self {
    var quotient = sum
    for metric in metrics {
      if let path = metric.stored { quotient[keyPath: path] /= divisor }
    }
    return quotient
  }

  /// Such as "d_loss 1.25, g_loss nan".
  var losses: String {
    Self.metrics.filter { $0.kind == .loss && !$0.isOfEpochs }
      .map { "\($0.column) \(self[keyPath: $0.path])" }.joined(separator: ", ")
  }
}
