import Foundation
import TestSupport
import Testing

/// Runs that are interrupted, killed, resumed, and refused.
struct ResumeTests {
  private let directory: TemporaryDirectory
  private let small = [
    "--data", "digits", "--batch-size", "64", "--generator-layers", "32", "--discriminator-layers",
    "32", "--threads", "2", "--checkpoint-every", "2",
  ]

  /// Each test has a directory of its own with 300 images of 8 × 8 in `digits`.
  init() throws {
    directory = try TemporaryDirectory()
    try directory.makeDirectory("digits")
    try directory.write(
      IDXBytes.images(count: 300, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: directory.path)
  }

  private func train(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(small + arguments, in: directory.path)
  }

  private func files(_ run: String, _ folder: String) throws -> [String: Data] {
    let path = directory.path + "/\(run)/\(folder)"
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(fileURLWithPath: path + "/" + $0)))
      })
  }

  /// The table without the times.
  private func table(_ run: String) throws -> [String] {
    try String(contentsOfFile: directory.path + "/\(run)/metrics.csv", encoding: .utf8)
      .split(separator: "\n").map {
        $0.split(separator: ",").dropLast(2).joined(separator: ",")
      }
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: directory.path + "/" + path)
  }

  /// Expects two finished runs to have the same tables, and the same samples and last checkpoints,
  /// byte by byte.
  private func expectSame(_ run: String, _ other: String) throws {
    #expect(try table(run) == table(other))
    let samples = try (files(run, "samples"), files(other, "samples"))
    for (name, picture) in samples.1 { #expect(samples.0[name] == picture, "\(name)") }
    let checkpoints = try (files(run, "checkpoints"), files(other, "checkpoints"))
    let last = try #require(checkpoints.1.keys.max())
    #expect(checkpoints.0[last] == checkpoints.1[last])
    #expect(exists("\(run)/summary.json"))
  }

  @Test func `a run leaves config, table, samples, two checkpoints and a summary`() throws {
    _ = try train("--epochs", "5", "--sample-every", "2", "--run-dir", "run")
    #expect(
      try files("run", "samples").keys.sorted()
        == ["epoch-0000.png", "epoch-0002.png", "epoch-0004.png", "epoch-0005.png"])
    #expect(
      try files("run", "checkpoints").keys.sorted()
        == ["step-00000016.safetensors", "step-00000020.safetensors"])
    #expect(exists("run/config.json") && exists("run/summary.json"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal saves, says how to resume, and the resumed run is the same to the bit`(
    signal: Int32
  ) throws {
    let long = ["--epochs", "4000", "--checkpoint-every", "1000", "--sample-every", "1000"]
    let running = try Program.start(small + long + ["--run-dir", "run"], in: directory.path)
    try running.waitForErrors("    3 ")
    running.send(signal)
    let outcome = try running.outcome()
    #expect(outcome.status == 128 + signal)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("gan-train --resume run"))
    #expect(!exists("run/summary.json"))
    let checkpoint = try #require(try files("run", "checkpoints").keys.max())
    let step = try #require(Int(checkpoint.dropFirst(5).prefix(8)))

    // On to a few steps after where it stopped, against a run that never did.
    let resumed = try run("--resume", "run", "--max-steps", "\(step + 7)")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output == "run\n")
    let whole = try Program.run(
      small + long + ["--run-dir", "whole", "--max-steps", "\(step + 7)"], in: directory.path)
    #expect(whole.status == 0)
    #expect(try table("run") == table("whole"))
    #expect(
      try files("run", "samples")["epoch-0000.png"] == files("whole", "samples")["epoch-0000.png"])
    // In mid-epoch the times so far are in a checkpoint; so the arrays are compared where an epoch ends.
    let end = (step / 4 + 3) * 4
    for name in ["run", "whole"] {
      #expect(try run("--resume", name, "--max-steps", "\(end)").status == 0)
    }
    try expectSame("run", "whole")
  }

  @Test func `a second signal ends the program at once`() throws {
    let running = try Program.start(
      ["--epochs", "4000", "--run-dir", "run", "--batch-size", "10000", "--threads", "1"],
      in: directory.path)
    try running.waitForErrors("epoch    step")
    // A step of 10,000 images takes a second and more; both signals come within the first.
    usleep(300_000)
    running.send(SIGINT)
    usleep(20_000)
    running.send(SIGINT)
    let outcome = try running.outcome()
    #expect(outcome.status == 130)
    #expect(!exists("run/checkpoints"))
  }

  @Test func `killed at random instants it ends as a run that was left alone`() throws {
    _ = try train("--epochs", "30", "--run-dir", "whole", "--quiet")
    var arguments = small + ["--epochs", "30", "--run-dir", "run", "--quiet"]
    var kills = 0
    var generator = SystemRandomNumberGenerator()
    while true {
      let running = try Program.start(arguments, in: directory.path)
      // Most often within training, at first before the first files; later it may get to the end.
      usleep(UInt32.random(in: 0..<UInt32(60_000 + 4_000 * kills), using: &generator))
      running.send(SIGKILL)
      let outcome = try running.outcome()
      if outcome.status == 0 { break }
      try #require(outcome.status == SIGKILL, "\(outcome.errors)")
      kills += 1
      // Killed before config.json it was not a run yet.
      if exists("run/config.json") { arguments = ["--resume", "run", "--quiet"] }
    }
    try expectSame("run", "whole")
    #expect(try !files("run", "checkpoints").keys.contains { $0.hasSuffix(".unfinished") })
  }

  @Test func `a run can grow, and a finished one is left alone`() throws {
    _ = try train("--epochs", "5", "--run-dir", "whole")
    _ = try train("--epochs", "3", "--run-dir", "run")
    let again = try run("--resume", "run")
    #expect(again.status == 0 && again.output == "run\n")
    #expect(again.errors.contains("is finished"))
    let shorter = try run("--resume", "run", "--epochs", "2")
    #expect(shorter.status == 64 && shorter.errors.contains("2 epochs: the run is for 3"))
    #expect(try run("--resume", "run", "--epochs", "5").status == 0)
    try expectSame("run", "whole")
  }

  @Test func `a run that stopped in mid-epoch continues that epoch`() throws {
    _ = try train("--epochs", "3", "--run-dir", "whole")
    _ = try train("--epochs", "3", "--run-dir", "run", "--max-steps", "6")
    #expect(exists("run/samples/epoch-0001_step-000002.png"))
    #expect(try run("--resume", "run").status == 0)
    try expectSame("run", "whole")
  }

  @Test func `rows after the checkpoint are dropped`() throws {
    _ = try train("--epochs", "3", "--run-dir", "whole")
    _ = try train("--epochs", "2", "--run-dir", "run")
    let path = directory.path + "/run/metrics.csv"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try (text + "xavier-he,0,3,12,9,9,9,9,9,9,9,9,9,9\nxavier-he,0,4,1").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try run("--resume", "run", "--epochs", "3").status == 0)
    try expectSame("run", "whole")
  }

  @Test func `a damaged checkpoint is named, and the one before it taken`() throws {
    _ = try train("--epochs", "3", "--run-dir", "run")
    _ = try train("--epochs", "4", "--run-dir", "whole")
    let path = directory.path + "/run/checkpoints/step-00000012.safetensors"
    try #require(truncate(path, 1000) == 0)
    let outcome = try run("--resume", "run", "--epochs", "4")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("step-00000012.safetensors: "))
    #expect(outcome.errors.contains("going on after step 8"))
    try expectSame("run", "whole")

    for name in try files("run", "checkpoints").keys {
      try #require(truncate(directory.path + "/run/checkpoints/" + name, 1000) == 0)
    }
    let refused = try run("--resume", "run", "--epochs", "5")
    #expect(refused.status == 66 && refused.errors.contains("cut short"))
  }

  @Test func `what would change a run is refused`() throws {
    _ = try train("--max-steps", "1", "--run-dir", "run")
    for option in [["--seed", "1"], ["--init=he"], ["--batch-size", "64"], ["--threads", "1"]] {
      let outcome = try Program.run(["--resume", "run"] + option, in: directory.path)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("\(option[0].prefix { $0 != "=" }): cannot be changed"))
    }
    try directory.write(
      IDXBytes.images(count: 301, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
    let otherData = try run("--resume", "run", "--epochs", "30")
    #expect(otherData.status == 64 && otherData.errors.contains("301 images of 8 × 8"))
    #expect(try run("--resume", "nothing").errors.contains("nothing: not a run"))
  }

  @Test func `a directory with a run is overwritten only when asked, one with other files never`()
    throws
  {
    _ = try train("--epochs", "3", "--run-dir", "run")
    let refused = try train("--epochs", "1", "--run-dir", "run")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--resume") && refused.errors.contains("--overwrite"))
    #expect(try train("--epochs", "1", "--run-dir", "run", "--overwrite").status == 0)
    #expect(try table("run").count == 2)
    #expect(try files("run", "checkpoints").count == 1)
    try directory.write([1], to: "run/thesis.tex")
    let kept = try train("--epochs", "1", "--run-dir", "run", "--overwrite")
    #expect(kept.status == 64 && kept.errors.contains("thesis.tex"))
    #expect(exists("run/thesis.tex") && exists("run/metrics.csv"))
  }

  @Test func `one process at a time writes to a run`() throws {
    let running = try Program.start(
      small + ["--epochs", "4000", "--run-dir", "run"], in: directory.path)
    try running.waitForErrors("    1 ")
    let outcome = try run("--resume", "run")
    #expect(outcome.status == 1 && outcome.errors.contains("another gan-train"))
    running.send(SIGINT)
    #expect(try running.outcome().status == 130)
  }

  @Test
  func `with --continue the same command begins a run, goes on with it, and leaves it finished`()
    throws
  {
    _ = try train("--epochs", "3", "--run-dir", "whole")
    let command = ["--epochs", "3", "--run-dir", "run", "--continue"]
    _ = try Program.run(small + command + ["--max-steps", "6"], in: directory.path)
    for _ in 0..<2 { #expect(try Program.run(small + command, in: directory.path).status == 0) }
    try expectSame("run", "whole")
    let other = try Program.run(small + command + ["--seed", "1"], in: directory.path)
    #expect(other.status == 64 && other.errors.contains("a run with other options"))
    #expect(try run("--continue").errors.contains("--continue: applies to --run-dir"))
  }

  @Test func `a run ends with the program that started it, if it is to`() throws {
    // A shell that ends at once leaves the run to another parent.
    let command =
      "GAN_TRAIN_PARENT=$$ '\(Program.url.path)' \((small + ["--epochs", "4000", "--run-dir", "run"]).joined(separator: " ")) >out 2>err & sleep 0.5"
    _ = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["sh", "-c", command], in: directory.path)
    for _ in 0..<100 where !exists("run/checkpoints") { usleep(50_000) }
    usleep(300_000)
    #expect(
      try String(contentsOfFile: directory.path + "/err", encoding: .utf8).contains("and saved"))
  }

  // MARK: Trouble

  @Test func `a full disk is named, and the checkpoint before it intact`() throws {
    #if os(Linux)
      let disk = directory.path + "/disk"
      try directory.makeDirectory("disk")
      let mount = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], in: directory.path)
      if mount.status != 0 {
        print("skipped: a small disk cannot be mounted here")
        return
      }
      defer {
        _ = try? Program.run(
          URL(fileURLWithPath: "/usr/bin/env"), ["umount", disk], in: directory.path)
      }
      _ = try train("--epochs", "2", "--run-dir", "disk/run")
      _ = try train("--epochs", "4", "--run-dir", "whole")
      let free = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        ["dd", "if=/dev/zero", "of=\(disk)/full", "bs=1k"], in: directory.path)
      #expect(free.status != 0)
      let outcome = try run("--resume", "disk/run", "--epochs", "4")
      #expect(outcome.status == 74)
      #expect(outcome.errors.contains("No space left on device"))
      unlink(disk + "/full")
      #expect(try run("--resume", "disk/run", "--epochs", "4").status == 0)
      try expectSame("disk/run", "whole")
    #endif
  }

  @Test func `a directory that vanishes is named`() throws {
    let running = try Program.start(
      small + ["--epochs", "4000", "--run-dir", "run"], in: directory.path)
    try running.waitForErrors("    3 ")
    try FileManager.default.moveItem(
      atPath: directory.path + "/run", toPath: directory.path + "/gone")
    let outcome = try running.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("Error: run/") && outcome.errors.contains("No such file"))
    #expect(!exists("run"))
  }

  @Test func `training that diverges names the network and leaves the checkpoint before it`() throws
  {
    let outcome = try train(
      "--learning-rate", "1e30", "--epochs", "50", "--run-dir", "run", "--init", "random",
      "--init-std", "100")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(#/diverged at step \d+ .*in the (generator|discriminator)/#))
    #expect(outcome.errors.contains("--learning-rate"))
    #expect(!exists("run/summary.json") && !exists("run/checkpoints"))
  }

  // MARK: Progress

  @Test func `on a terminal there is a bar, which is gone at the end`() throws {
    func onTerminal(_ environment: [String: String], _ arguments: String) throws -> String {
      let command = "'\(Program.url.path)' \((small + [arguments]).joined(separator: " "))"
      return try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"), ["script", "-qec", command, "/dev/null"],
        in: directory.path, environment: environment
      ).output
    }
    let text = try onTerminal(["TERM": "xterm"], "--epochs 300 --sample-every 300")
    #expect(text.contains(#/\repoch \d+\/300 .* images\/s  \d+:\d\d left  D loss \d/#))
    // After the last bar the line is erased, and what follows has none.
    let afterBar = try #require(text.components(separatedBy: "left  D loss").last)
    #expect(afterBar.contains("\r\u{1B}[K"))
    #expect(!(try onTerminal(["TERM": "dumb"], "--epochs 50")).contains("\u{1B}"))
    #expect(!(try onTerminal(["TERM": "xterm"], "--epochs 50 --quiet")).contains("\u{1B}"))
    #expect(try !train("--epochs", "50").errors.contains("\u{1B}"))
  }

  // MARK: Samples

  @Test func `sample draws what the run drew, other noise, and walks`() throws {
    _ = try train("--epochs", "2", "--run-dir", "run")
    let own = try run("sample", "run", "--output", "own.png")
    #expect(own.status == 0 && own.output == "own.png\n")
    func picture(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + name))
    }
    #expect(try picture("own.png") == picture("run/samples/epoch-0002.png"))
    _ = try run("sample", "run", "--seed", "1", "--output", "other.png")
    #expect(try picture("other.png") != picture("own.png"))
    _ = try run("sample", "run", "--interpolate", "8", "--count", "16", "--output", "walk.png")
    #expect(try picture("walk.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let checkpoint = "run/checkpoints/step-00000008.safetensors"
    _ = try run("sample", checkpoint, "--output", "named.png")
    #expect(try picture("named.png") == picture("own.png"))

    #expect(try run("sample", "nothing").errors.contains("nothing: no such run"))
    #expect(try run("sample", "digits").errors.contains("no checkpoints"))
    #expect(
      try run("sample", "run", "--interpolate", "5").errors.contains("a multiple of --interpolate"))
    #expect(try run("sample", "run/config.json").status == 66)
    let nowhere = try run("sample", "run", "--output", "no/where.png")
    #expect(nowhere.status == 74 && nowhere.errors.contains("no/where.png: cannot be written"))
  }
}
