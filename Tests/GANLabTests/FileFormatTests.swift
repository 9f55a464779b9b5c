import Foundation
import TestSupport
import Testing

@testable import GANLab

struct FileFormatTests {
  // MARK: CSV

  @Test func `what a table has is read back, whatever is in it`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/t.csv"
    var table = CSV(header: ["a", "b,c"])
    let fields = [
      "plain", "", "a,b", "\"", "\"\"", "say \"hello\"", "two\nlines", "\r\n", " space ", "<&>'",
    ]
    for field in fields { table.append([field, "x"]) }
    try table.write(to: path)
    let read = try CSV(path: path)
    #expect(read == table)
    #expect(read.column("a") == fields && read.column("d") == nil)
    #expect(table.text.hasPrefix("a,\"b,c\"\nplain,x\n,x\n\"a,b\",x\n\"\"\"\",x\n"))
  }

  @Test(arguments: [
    0, 1, -1.5, 0.1, 1.0 / 3, 1e-300, .leastNonzeroMagnitude, 123_456_789.125, 1e22,
    .greatestFiniteMagnitude,
  ])
  func `numbers read back exactly`(value: Double) {
    #expect(Double(CSV.number(value)) == value)
  }

  @Test func `a row with more or fewer fields is named, one that was cut off can be left out`()
    throws
  {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array("a,b\n1,2\n3".utf8), to: "t.csv")
    #expect(try CSV(path: path, allowsPartialRow: true).rows == [["1", "2"]])
    let error = #expect(throws: StorageError.self) { try CSV(path: path) }
    #expect(try #require(error).description == "\(path): 1 fields in row 2, expected 2.")
  }

  // MARK: JSON

  private struct Record: Codable, Equatable {
    var batchSize = 3
    var beta1: Float = 0.1
    var nested = Nested()
    var maximum: UInt64 = .max
    var limit: Int?

    struct Nested: Codable, Equatable {
      var firstName = "a"
      var list = [1, 2]
    }
  }

  @Test func `what is missing is the default, and names of version 0.1.0 are read`() throws {
    func read(_ text: String) throws -> Record {
      try JSON.decode(
        Record.self, from: Array(text.utf8), defaults: Record(),
        formerNames: ["old_limit": "limit"])
    }
    #expect(try read("{}") == Record())
    #expect(try read(#"{"batchSize": 4, "nested": {"firstName": "b"}}"#).nested.firstName == "b")
    #expect(try read(#"{"batch_size": 4}"#).batchSize == 4)
    #expect(try read(#"{"nested": {"list": []}}"#).nested.list == [])
    #expect(try read(#"{"oldLimit": 7}"#).limit == 7)
    #expect(throws: (any Error).self) { try read(#"{"batch_size": "many"}"#) }
  }

  @Test func `a tree keeps every number`() throws {
    let record = Record(beta1: 0.2, maximum: .max, limit: -1)
    #expect(try JSONValue(record).decode(Record.self) == record)
    #expect(
      try JSONValue(record).keysDiffering(from: JSONValue(Record())) == ["beta1", "limit"])
  }

  @Test(
    arguments: [
      ([1], 1), ([2, 1], 1.5), ([3, 1, 2], 2), ([4, 1, 3, 2], 2.5),
    ] as [([Double], Double)])
  func `the median is the middle, or the mean of the middle two`(values: [Double], median: Double) {
    #expect(values.median == median)
    #expect([Double]().median == nil)
  }
}
