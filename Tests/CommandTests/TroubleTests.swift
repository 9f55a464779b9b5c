import Foundation
import TestSupport
import Testing

/// Runs that cannot go on.
struct TroubleTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  @Test func `a full disk is named, and the checkpoint before it intact`() throws {
    #if os(Linux)
      let disk = runs.directory.path + "/disk"
      try runs.directory.makeDirectory("disk")
      let mount = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], in: runs.directory.path)
      if mount.status != 0 {
        print("skipped: a SmallRuns.options disk cannot be mounted here")
        return
      }
      defer {
        _ = try? Program.run(
          URL(fileURLWithPath: "/usr/bin/env"), ["umount", disk], in: runs.directory.path)
      }
      _ = try runs.train("--epochs", "2", "--run-dir", "disk/run")
      _ = try runs.train("--epochs", "4", "--run-dir", "whole")
      let free = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        ["dd", "if=/dev/zero", "of=\(disk)/full", "bs=1k"], in: runs.directory.path)
      #expect(free.status != 0)
      let outcome = try runs.run("--resume", "disk/run", "--epochs", "4")
      #expect(outcome.status == 74)
      #expect(outcome.errors.contains("No space left on device"))
      unlink(disk + "/full")
      #expect(try runs.run("--resume", "disk/run", "--epochs", "4").status == 0)
      try runs.expectSame("disk/run", "whole")
    #endif
  }

  @Test func `a directory that vanishes is named`() throws {
    let running = try Program.start(
      SmallRuns.options + ["--epochs", "4000", "--run-dir", "run"], in: runs.directory.path)
    try running.waitForErrors("    3 ")
    try FileManager.default.moveItem(
      atPath: runs.directory.path + "/run", toPath: runs.directory.path + "/gone")
    let outcome = try running.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("Error: run/") && outcome.errors.contains("No such file"))
    #expect(!runs.exists("run"))
  }

  @Test func `training that diverges names the network and leaves the checkpoint before it`() throws
  {
    let outcome = try runs.train(
      "--learning-rate", "1e30", "--epochs", "50", "--run-dir", "run", "--init", "random",
      "--init-std", "100")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(#/diverged at step \d+ .*in the (generator|discriminator)/#))
    #expect(outcome.errors.contains("--learning-rate"))
    #expect(!runs.exists("run/summary.json") && !runs.exists("run/checkpoints"))
  }
}
