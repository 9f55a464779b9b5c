import Foundation
import TestSupport
import Testing

@testable import GANLab

struct StorageTests {
  private static var record: EpochRecord<GANStatistics> {
    var statistics = GANStatistics()
    statistics.discriminatorLossReal = 0.5
    statistics.discriminatorLossFake = 0.25
    statistics.generatorLoss = 1234567.125
    statistics.discriminatorAccuracyReal = 1
    statistics.discriminatorAccuracyFake = 0.5
    statistics.generatorAccuracy = 1e-9
    return EpochRecord(
      epoch: 1, step: 468, statistics: statistics, seconds: 9.8764, imagesPerSecond: 6065.04)
  }

  @Test func `a row is dense plain numbers under its header`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/metrics.csv"
    let metrics = try MetricsCSV<GANStatistics>(path: path, initialization: "xavier-he", seed: .max)
    try metrics.append(Self.record)
    // Read while the file is still open: a row is there as soon as it is written.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text == """
        init,seed,epoch,step,d_loss_real,d_loss_fake,d_loss,g_loss,d_accuracy_real,d_accuracy_fake,\
        d_accuracy,g_accuracy,seconds,images_per_second
        xavier-he,18446744073709551615,1,468,0.5,0.25,0.75,1234567.125,1.0,0.5,0.75,1e-09,9.8764,6065.04

        """)
  }

  @Test
  func `a table that goes on keeps its rows, drops later ones, and gets the columns that it lacks`()
    throws
  {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/metrics.csv"
    let old = "init,seed,epoch,step,g_loss,seconds\nhe,0,1,4,0.25,1\nhe,0,2,8,0.5,1\nhe,0,3,1"
    try directory.write(Array(old.utf8), to: "metrics.csv")
    _ = try MetricsCSV<GANStatistics>(
      resuming: path, epochs: 1, initialization: "he", seed: 0)
    let table = try CSV(path: path)
    #expect(table.header == MetricsCSV<GANStatistics>.header)
    #expect(table.rows.count == 1)
    #expect(table.column("g_loss") == ["0.25"] && table.column("d_loss") == [""])
    #expect(throws: StorageError.self) {
      try MetricsCSV<GANStatistics>(resuming: path, epochs: 2, initialization: "he", seed: 0)
    }
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
