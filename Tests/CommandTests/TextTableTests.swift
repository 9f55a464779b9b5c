import Testing

@testable import gan_train

struct TextTableTests {
  private static var table: TextTable {
    var table = TextTable([
      TextTable.Column("name", .left), TextTable.Column("loss", .right, priority: 1),
      TextTable.Column("more", .right, width: 6, priority: 2),
    ])
    table.append(["a", "1.5", "x"])
    table.append(["längst", "10.25", "y"])
    return table
  }

  @Test func `columns are as wide as what is in them`() {
    #expect(
      Self.table.lines() == [
        "name     loss    more", "a         1.5       x", "längst  10.25       y",
      ])
  }

  @Test func `a narrow terminal does without the columns of the highest priority`() {
    #expect(Self.table.lines(within: 20)[0] == "name     loss")
    #expect(Self.table.lines(within: 21).map(\.count).max() == 21)
    #expect(Self.table.lines(within: 3) == ["name", "a", "längst"])
  }

  @Test func `rows can be written as they come`() {
    #expect(Self.table.titleLine() == "name  loss    more")
    #expect(Self.table.line(["b", "2", "z"]) == "b        2       z")
    #expect(Self.table.line(["b", "2", "z"], within: 12) == "b        2")
  }
}
