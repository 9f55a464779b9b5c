import Foundation
import TestSupport
import Testing

struct SampleCommandTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  @Test func `sample draws what the run drew, other noise, and walks`() throws {
    _ = try runs.train("--epochs", "2", "--run-dir", "run")
    let own = try runs.run("sample", "run", "--output", "own.png")
    #expect(own.status == 0 && own.output == "own.png\n")
    func picture(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: runs.directory.path + "/" + name))
    }
    #expect(try picture("own.png") == picture("run/samples/epoch-0002.png"))
    _ = try runs.run("sample", "run", "--seed", "1", "--output", "other.png")
    #expect(try picture("other.png") != picture("own.png"))
    _ = try runs.run("sample", "run", "--interpolate", "8", "--count", "16", "--output", "walk.png")
    #expect(try picture("walk.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let checkpoint = "run/checkpoints/step-00000008.safetensors"
    _ = try runs.run("sample", checkpoint, "--output", "named.png")
    #expect(try picture("named.png") == picture("own.png"))

    #expect(try runs.run("sample", "nothing").errors.contains("nothing: no such run"))
    #expect(try runs.run("sample", "digits").errors.contains("no checkpoints"))
    #expect(
      try runs.run("sample", "run", "--interpolate", "5").errors.contains(
        "a multiple of --interpolate"))
    let other = try runs.run("sample", "run/config.json", "--output", "a.png")
    #expect(other.status == 66 && other.errors.contains("not a safetensors file"))
    let again = try runs.run("sample", "run", "--output", "own.png")
    #expect(again.status == 64 && again.errors.contains("own.png: is there already"))
    #expect(try runs.run("sample", "run", "--output", "own.png", "--overwrite").status == 0)
    let jpeg = try runs.run("sample", "run", "--output", "x.jpg")
    #expect(jpeg.status == 64 && jpeg.errors.contains("must end in .png"))
    let nowhere = try runs.run("sample", "run", "--output", "no/where.png")
    #expect(nowhere.status == 74 && nowhere.errors.contains("no/where.png: cannot be written"))
  }
}
