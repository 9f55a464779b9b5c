import Foundation
import TestSupport
import Testing

@testable import GANLab

struct StorageTests {
  private static var record: EpochRecord {
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
    let metrics = try MetricsCSV(path: path, initialization: "xavier-he", seed: .max)
    try metrics.append(Self.record)
    // Read while the file is still open: a row is there as soon as it is written.
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text == """
        init,seed,epoch,step,d_loss_real,d_loss_fake,d_loss,g_loss,d_accuracy_real,d_accuracy_fake,\
        d_accuracy,g_accuracy,seconds,images_per_second
        xavier-he,18446744073709551615,1,468,0.500000,0.250000,0.750000,1234567.125000,1.000000,\
        0.500000,0.750000,0.000000,9.876,6065.0

        """)
  }

  @Test func `an existing file is not overwritten`() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([1, 2, 3], to: "metrics.csv")
    #expect(throws: StorageError.self) {
      try MetricsCSV(path: path, initialization: "he", seed: 0)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
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
    let error = #expect(throws: StorageError.self) {
      try RunDirectory(at: directory.path + "/empty")
    }
    #expect(try #require(error).description.contains("has files already"))
  }

  @Test func `a run directory below a file is refused`() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write([], to: "file")
    let error = #expect(throws: StorageError.self) { try RunDirectory(at: file + "/run") }
    #expect(try #require(error).description.hasPrefix(file + "/run: "))
  }
}
