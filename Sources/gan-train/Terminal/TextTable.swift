/// A table for the terminal: columns as wide as what is in them, two spaces between.
struct TextTable {
  enum Alignment { case left, right }

  struct Column {
    let title: String
    let alignment: Alignment
    /// At least so wide, where later rows are not known yet.
    var width = 0
    /// The higher, the sooner a narrow terminal does without it; 0 always stays.
    var priority = 0

    init(_ title: String, _ alignment: Alignment, width: Int = 0, priority: Int = 0) {
      (self.title, self.alignment, self.width) = (title, alignment, width)
      self.priority = priority
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row: a cell a column.
  mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells, \(columns.count) columns")
    rows.append(cells)
  }

  /// The titles, unless all are empty, and the rows.
  ///
  /// - Parameter limit: the terminal's width; nil for no limit.
  func lines(within limit: Int? = nil) -> [String] {
    let titles = columns.map(\.title)
    let widths = columns.indices.map { index in
      ([titles] + rows).map { $0[index].count }.reduce(columns[index].width, max)
    }
    let shown = shownColumns(widths, within: limit)
    let hasTitles = titles.contains { !$0.isEmpty }
    return ((hasTitles ? [titles] : []) + rows).map { line($0, shown, widths) }
  }

  /// One row, by the widths of titles and columns alone: rows can be printed as they come.
  func line(_ cells: [String], within limit: Int? = nil) -> String {
    let widths = columns.map { max($0.title.count, $0.width) }
    return line(cells, shownColumns(widths, within: limit), widths)
  }

  /// The row of titles, to go above what ``line(_:within:)`` gives.
  func titleLine(within limit: Int? = nil) -> String { line(columns.map(\.title), within: limit) }

  private func shownColumns(_ widths: [Int], within limit: Int?) -> [Int] {
    var shown = Array(columns.indices)
    func total() -> Int { shown.reduce(0) { $0 + widths[$1] + 2 } - 2 }
    while let limit, total() > limit,
      let least = shown.max(by: { columns[$0].priority < columns[$1].priority }),
      columns[least].priority > 0
    {
      shown.removeAll { $0 == least }
    }
    return shown
  }

  private func line(_ cells: [String], _ shown: [Int], _ widths: [Int]) -> String {
    let text = shown.map { index in
      let space = String(repeating: " ", count: max(0, widths[index] - cells[index].count))
      return columns[index].alignment == .left ? cells[index] + space : space + cells[index]
    }.joined(separator: "  ")
    return String(text.reversed().drop { $0 == " " }.reversed())
  }
}
