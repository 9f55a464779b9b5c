import Foundation
import TestSupport
import Testing

@testable import GANLab

struct StorageTests {
  private static var configuration: GANConfiguration {
    var configuration = GANConfiguration()
    configuration.seed = .max
    return configuration
  }

  @Test func `a row is dense plain numbers under its header`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/metrics.csv"
    let table = try RunTable(
      path: path, Self.configuration, columns: ["epoch", "g_loss"], keeping: nil)
    table.append(["1", CSV.number(1234567.125)])
    try table.flush()
    table.append(["2", CSV.number(1e-9)])
    // Read while the file is still open: a row is there as soon as it is written.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text == """
        init,seed,epoch,g_loss
        xavier-he,18446744073709551615,1,1234567.125

        """)
    try table.synchronize()
    #expect(try CSV(path: path).rows.last == ["xavier-he", "18446744073709551615", "2", "1e-09"])
  }

  @Test
  func `a table that goes on keeps its rows, drops later ones, and gets the columns that it lacks`()
    throws
  {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/metrics.csv"
    let old = "init,seed,epoch,step,g_loss,seconds\nhe,0,1,4,0.25,1\nhe,0,2,8,0.5,1\nhe,0,3,1"
    try directory.write(Array(old.utf8), to: "metrics.csv")
    let columns = ["epoch", "step", "d_loss", "g_loss"]
    _ = try RunTable(path: path, Self.configuration, columns: columns, keeping: ("epoch", 1))
    let table = try CSV(path: path)
    #expect(table.header == ["init", "seed"] + columns)
    #expect(table.rows == [["he", "0", "1", "4", "", "0.25"]])
    // A run that begins anew keeps nothing.
    _ = try RunTable(path: path, Self.configuration, columns: columns, keeping: nil)
    #expect(try CSV(path: path).rows.isEmpty)
  }

  @Test func `a directory that goes deeper than it is there is made, a file in the way is named`()
    throws
  {
    let directory = try TemporaryDirectory()
    try makeDirectories(directory.path + "/a/b//c/")
    #expect(FileManager.default.fileExists(atPath: directory.path + "/a/b/c"))
    for (path, parent) in [("a", "."), ("/a", "/"), ("a/b", "a"), ("a//b/", "a"), ("/", "/")] {
      #expect(parentDirectory(of: path) == parent)
    }
  }

  @Test func `run directories are numbered one after the other`() throws {
    let directory = try TemporaryDirectory()
    let parent = directory.path + "/runs"
    #expect(try RunDirectory(nextIn: parent, name: "a").path == parent + "/001-a")
    #expect(try RunDirectory(nextIn: parent, name: "b").path == parent + "/002-b")
    try directory.makeDirectory("runs/1041-old")
    try directory.makeDirectory("runs/notes")
    #expect(try RunDirectory(nextIn: parent, name: "a").path == parent + "/1042-a")
  }

  @Test func `a directory with files is refused, an empty one is taken`() throws {
    let directory = try TemporaryDirectory()
    try directory.makeDirectory("empty")
    #expect(try RunDirectory(at: directory.path + "/empty").path == directory.path + "/empty")
    try directory.write([], to: "empty/notes.txt")
    #expect(throws: RunError.directoryHasFiles(directory.path + "/empty")) {
      try RunDirectory(at: directory.path + "/empty")
    }
  }

  @Test func `a run directory below a file is refused`() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write([], to: "file")
    let error = #expect(throws: StorageError.self) { try RunDirectory(at: file + "/run") }
    #expect(
      try #require(error).description == "\(file): cannot be created: Not a directory."
    )
  }
}
