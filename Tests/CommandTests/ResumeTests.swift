import Foundation
import TestSupport
import Testing

/// Runs that are interrupted, killed, resumed, and refused.
struct ResumeTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  @Test func `a run leaves config, table, samples, two checkpoints and a summary`() throws {
    _ = try runs.train("--epochs", "5", "--sample-every", "2", "--run-dir", "run")
    #expect(
      try runs.files("run", "samples").keys.sorted()
        == ["epoch-0000.png", "epoch-0002.png", "epoch-0004.png", "epoch-0005.png"])
    #expect(
      try runs.files("run", "checkpoints").keys.sorted()
        == ["step-00000016.safetensors", "step-00000020.safetensors"])
    #expect(runs.exists("run/config.json") && runs.exists("run/summary.json"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal saves, says how to resume, and the resumed run is the same to the bit`(
    signal: Int32
  ) throws {
    let long = ["--epochs", "4000", "--checkpoint-every", "1000", "--sample-every", "1000"]
    let running = try Program.start(
      SmallRuns.options + long + ["--run-dir", "run"], in: runs.directory.path)
    try running.waitForErrors("    3 ")
    running.send(signal)
    let outcome = try running.outcome()
    #expect(outcome.status == 128 + signal)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("gan-train --resume run"))
    #expect(!runs.exists("run/summary.json"))
    let checkpoint = try #require(try runs.files("run", "checkpoints").keys.max())
    let step = try #require(Int(checkpoint.dropFirst(5).prefix(8)))

    // On to a few steps after where it stopped, against a run that never did.
    let resumed = try runs.run("--resume", "run", "--max-steps", "\(step + 7)")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output == "run\n")
    let whole = try Program.run(
      SmallRuns.options + long + ["--run-dir", "whole", "--max-steps", "\(step + 7)"],
      in: runs.directory.path)
    #expect(whole.status == 0)
    #expect(try runs.table("run") == runs.table("whole"))
    #expect(
      try runs.files("run", "samples")["epoch-0000.png"]
        == runs.files("whole", "samples")["epoch-0000.png"])
    // In mid-epoch the times so far are in a checkpoint; so the arrays are compared where an epoch ends.
    let end = (step / 4 + 3) * 4
    for name in ["run", "whole"] {
      let outcome = try runs.run("--resume", name, "--max-steps", "\(end)")
      #expect(outcome.status == 0 && outcome.errors.contains("stopped at --max-steps; to go on"))
      #expect(!runs.exists("\(name)/summary.json"), "it is not finished")
    }
    try runs.expectSame("run", "whole", finished: false)
  }

  @Test func `a second signal ends the program at once`() throws {
    let running = try Program.start(
      ["--epochs", "4000", "--run-dir", "run", "--batch-size", "10000", "--threads", "1"],
      in: runs.directory.path)
    try running.waitForErrors("epoch    step")
    // A step of 10,000 images takes a second and more; both signals come within the first.
    usleep(300_000)
    running.send(SIGINT)
    usleep(20_000)
    running.send(SIGINT)
    let outcome = try running.outcome()
    #expect(outcome.status == 130)
    #expect(!runs.exists("run/checkpoints"))
  }

  @Test(arguments: ["train", "classify"])
  func `killed at random instants it ends as a run that was left alone`(command: String) throws {
    let options = try #require(SmallRuns.optionsOf[command])
    _ = try runs.run(options + ["--epochs", "30", "--run-dir", "whole", "--quiet"])
    var arguments = options + ["--epochs", "30", "--run-dir", "run", "--quiet"]
    var kills = 0
    var generator = SystemRandomNumberGenerator()
    while true {
      let running = try Program.start(arguments, in: runs.directory.path)
      // Most often within training, at first before the first files; later it may get to the end.
      usleep(UInt32.random(in: 0..<UInt32(60_000 + 4_000 * kills), using: &generator))
      running.send(SIGKILL)
      let outcome = try running.outcome()
      if outcome.status == 0 { break }
      try #require(outcome.status == SIGKILL, "\(outcome.errors)")
      kills += 1
      // Killed before config.json it was not a run yet.
      if runs.exists("run/config.json") { arguments = [command, "--resume", "run", "--quiet"] }
    }
    try runs.expectSame("run", "whole")
    #expect(try !runs.files("run", "checkpoints").keys.contains { $0.hasSuffix(".unfinished") })
  }

  @Test func `a run can grow, and a finished one is left alone`() throws {
    _ = try runs.train("--epochs", "5", "--run-dir", "whole")
    _ = try runs.train("--epochs", "3", "--run-dir", "run")
    let again = try runs.run("--resume", "run")
    #expect(again.status == 0 && again.output == "run\n")
    #expect(again.errors.contains("is finished"))
    let shorter = try runs.run("--resume", "run", "--epochs", "2")
    #expect(shorter.status == 64 && shorter.errors.contains("2 epochs: the run is for 3"))
    #expect(try runs.run("--resume", "run", "--epochs", "5").status == 0)
    try runs.expectSame("run", "whole")
  }

  @Test func `a run that stopped in mid-epoch continues that epoch`() throws {
    _ = try runs.train("--epochs", "3", "--run-dir", "whole")
    _ = try runs.train("--epochs", "3", "--run-dir", "run", "--max-steps", "6")
    #expect(runs.exists("run/samples/epoch-0001_step-000002.png"))
    #expect(try runs.run("--resume", "run").status == 0)
    try runs.expectSame("run", "whole")
  }

  @Test func `rows after the checkpoint are dropped`() throws {
    _ = try runs.train("--epochs", "3", "--run-dir", "whole")
    _ = try runs.train("--epochs", "2", "--run-dir", "run")
    let path = runs.directory.path + "/run/metrics.csv"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try (text + "xavier-he,0,3,12,9,9,9,9,9,9,9,9,9,9\nxavier-he,0,4,1").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try runs.run("--resume", "run", "--epochs", "3").status == 0)
    try runs.expectSame("run", "whole")
  }

  @Test func `a damaged checkpoint is named, and the one before it taken`() throws {
    _ = try runs.train("--epochs", "3", "--run-dir", "run")
    _ = try runs.train("--epochs", "4", "--run-dir", "whole")
    let path = runs.directory.path + "/run/checkpoints/step-00000012.safetensors"
    try #require(truncate(path, 1000) == 0)
    let outcome = try runs.run("--resume", "run", "--epochs", "4")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("step-00000012.safetensors: "))
    #expect(outcome.errors.contains("going on after step 8"))
    try runs.expectSame("run", "whole")

    for name in try runs.files("run", "checkpoints").keys {
      try #require(truncate(runs.directory.path + "/run/checkpoints/" + name, 1000) == 0)
    }
    let refused = try runs.run("--resume", "run", "--epochs", "5")
    #expect(refused.status == 66 && refused.errors.contains("cut short"))
  }

  @Test func `a checkpoint is enough to go on`() throws {
    _ = try runs.train("--epochs", "3", "--run-dir", "whole")
    _ = try runs.train("--epochs", "3", "--run-dir", "run", "--max-steps", "8")
    try FileManager.default.removeItem(atPath: runs.directory.path + "/run/config.json")
    let outcome = try runs.run("--resume", "run", "--data", "digits", "--log-every", "3")
    #expect(outcome.status == 0, "\(outcome.errors)")
    try runs.expectSame("run", "whole")
    #expect(runs.exists("run/config.json"))
  }

  @Test func `what would change a run is refused`() throws {
    _ = try runs.train("--max-steps", "1", "--run-dir", "run")
    for option in [["--seed", "1"], ["--init=he"], ["--batch-size", "64"], ["--threads", "1"]] {
      let outcome = try Program.run(["--resume", "run"] + option, in: runs.directory.path)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("\(option[0].prefix { $0 != "=" }): cannot be changed"))
    }
    try runs.directory.write(
      IDXBytes.images(count: 301, rows: 8, columns: 8), to: "digits/train-images-idx3-ubyte")
    try runs.directory.write(IDXBytes.labels(count: 301), to: "digits/train-labels-idx1-ubyte")
    let otherData = try runs.run("--resume", "run", "--epochs", "30")
    #expect(otherData.status == 64 && otherData.errors.contains("301 images of 8 × 8"))
    #expect(try runs.run("--resume", "nothing/").errors.contains("nothing/: no such directory"))
  }

  @Test func `a directory with a run is overwritten only when asked, one with other files never`()
    throws
  {
    _ = try runs.train("--epochs", "3", "--run-dir", "run")
    let refused = try runs.train("--epochs", "1", "--run-dir", "run")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--resume") && refused.errors.contains("--overwrite"))
    #expect(try runs.train("--epochs", "1", "--run-dir", "run", "--overwrite").status == 0)
    #expect(try runs.table("run").count == 2)
    #expect(try runs.files("run", "checkpoints").count == 1)
    try runs.directory.write([1], to: "run/thesis.tex")
    let kept = try runs.train("--epochs", "1", "--run-dir", "run", "--overwrite")
    #expect(kept.status == 64 && kept.errors.contains("thesis.tex"))
    #expect(runs.exists("run/thesis.tex") && runs.exists("run/metrics.csv"))
  }

  @Test func `one process at a time writes to a run`() throws {
    let running = try Program.start(
      SmallRuns.options + ["--epochs", "4000", "--run-dir", "run"], in: runs.directory.path)
    try running.waitForErrors("    1 ")
    let outcome = try runs.run("--resume", "run")
    #expect(
      outcome.status == 1
        && outcome.errors.contains("another gan-train is writing to this run; waiting"))
    running.send(SIGINT)
    #expect(try running.outcome().status == 130)
  }

  @Test
  func `with --continue the same command begins a run, goes on with it, and leaves it finished`()
    throws
  {
    _ = try runs.train("--epochs", "3", "--run-dir", "whole")
    let command = ["--epochs", "3", "--run-dir", "run", "--continue"]
    _ = try Program.run(
      SmallRuns.options + command + ["--max-steps", "6"], in: runs.directory.path)
    for _ in 0..<2 {
      #expect(try Program.run(SmallRuns.options + command, in: runs.directory.path).status == 0)
    }
    try runs.expectSame("run", "whole")
    let other = try Program.run(
      SmallRuns.options + command + ["--seed", "1"], in: runs.directory.path)
    #expect(other.status == 64 && other.errors.contains("a run with other options: seed"))
    #expect(try runs.run("--continue").errors.contains("--continue: applies to --run-dir"))
  }

  @Test func `a run ends with the program that started it, if it is to`() throws {
    // A shell that ends at once leaves the run to another parent.
    let command =
      "GAN_TRAIN_PARENT=$$ '\(Program.url.path)' \((SmallRuns.options + ["--epochs", "4000", "--run-dir", "run"]).joined(separator: " ")) >out 2>err & sleep 0.5"
    _ = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["sh", "-c", command], in: runs.directory.path)
    for _ in 0..<100 where !runs.exists("run/checkpoints") { usleep(50_000) }
    usleep(300_000)
    #expect(
      try String(contentsOfFile: runs.directory.path + "/err", encoding: .utf8).contains(
        "and saved"))
  }
}
