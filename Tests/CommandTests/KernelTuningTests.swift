import Foundation
import TestSupport
import Testing

/// Kernels that are chosen by measurement, and those of a run that goes on.
struct KernelTuningTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  /// Whether there is more than one choice for this processor and library.
  private static var canChoose: Bool {
    #if os(Linux) && arch(x86_64)
      let cpuinfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      return cpuinfo.contains(" avx2 ")
    #else
      return false
    #endif
  }

  private func train(_ run: String, _ environment: [String: String] = [:]) throws
    -> Program.Outcome
  {
    try Program.run(
      SmallRuns.options + ["--max-steps", "1", "--run-dir", run], in: runs.directory.path,
      environment: environment)
  }

  private var kernels: String {
    get throws {
      try String(
        contentsOfFile: runs.directory.path + "/cache/gan-train/kernels.json", encoding: .utf8)
    }
  }

  @Test func `the first start on a machine measures, keeps the choice, and says so once`() throws {
    try #require(Self.canChoose, "skipped: one choice of kernels only")
    let cache = ["XDG_CACHE_HOME": runs.directory.path + "/cache"]
    let first = try train("a", cache)
    #expect(first.status == 0)
    #expect(first.errorLines.filter { $0.contains("kernels measured, ms a step: ") }.count == 1)
    let kept = try kernels
    #expect(kept.contains("\"chosen\"") && kept.contains("Haswell"))
    let second = try train("b", cache)
    #expect(second.status == 0 && !second.errors.contains("measured"))
    #expect(try kernels == kept)
    let doctor = try Program.run(
      ["doctor", "--tune"], in: runs.directory.path, environment: cache)
    #expect(doctor.status == 0 && doctor.output.contains("from now on"), "\(doctor.errors)")
  }

  @Test func `what was kept is taken, and a damaged file is as none`() throws {
    try #require(Self.canChoose, "skipped: one choice of kernels only")
    let cache = ["XDG_CACHE_HOME": runs.directory.path + "/cache"]
    _ = try train("a", cache)
    let chosen = try #require(try kernels.firstMatch(of: #/"chosen" : "(\w+)"/#)).output.1
    let other = chosen == "Haswell" ? "Zen" : "Haswell"
    let path = runs.directory.path + "/cache/gan-train/kernels.json"
    try kernels.replacing("\"chosen\" : \"\(chosen)\"", with: "\"chosen\" : \"\(other)\"").write(
      toFile: path, atomically: true, encoding: .utf8)
    let taken = try train("b", cache)
    #expect(taken.errors.contains("\(other) kernels"))
    // Also where others have the better instructions, nothing is amiss.
    #expect(!taken.errors.contains("has only"))
    let doctor = try Program.run(["doctor"], in: runs.directory.path, environment: cache)
    #expect(doctor.output.contains("Good: "), "\(doctor.output)")
    try "{".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try train("c", cache).errors.contains("kernels measured"))
  }

  @Test func `without a cache, or with a choice of the user's, nothing is measured`() throws {
    #expect(try !train("a").errors.contains("measured"))
    let cache = runs.directory.path + "/cache"
    let set = try train("b", ["XDG_CACHE_HOME": cache, "OPENBLAS_CORETYPE": "Nehalem"])
    #expect(!set.errors.contains("measured"))
    #expect(!FileManager.default.fileExists(atPath: cache))
    let tune = try Program.run(
      ["doctor", "--tune"], in: runs.directory.path, environment: ["OPENBLAS_CORETYPE": "Nehalem"])
    #expect(tune.status == 64 && tune.errors.contains("OPENBLAS_CORETYPE=Nehalem is set"))
  }

  @Test func `a run goes on with the kernels that it began with`() throws {
    try #require(Self.canChoose, "skipped: one choice of kernels only")
    let began = try train("run", ["OPENBLAS_CORETYPE": "Sandybridge"])
    try #require(began.errors.contains("Sandybridge kernels"), "\(began.errors)")
    let resumed = try runs.run("--resume", "run", "--max-steps", "9")
    #expect(resumed.errors.contains("Sandybridge kernels"))
    #expect(!resumed.errors.contains("other roundings"))
    // The user's choice comes first, and the run says what that means.
    let other = try Program.run(
      ["--resume", "run", "--max-steps", "12"], in: runs.directory.path,
      environment: ["OPENBLAS_CORETYPE": "Haswell"])
    #expect(other.errors.contains("Haswell kernels") && other.errors.contains("other roundings"))
  }

  @Test func `bench tells whether the cores share a cache, and how far its rounds disagree`() throws
  {
    let outcome = try runs.run(
      "bench", "--data", "digits", "--batch-size", "64", "--rounds", "2", "--round-steps", "1",
      "--threads", "2")
    #expect(
      outcome.output.contains(#/\d+ ns from core to core and back: they (do not )?share a cache/#))
    #expect(outcome.output.contains(#/the slowest round took \d+\.\d\d of the fastest's time/#))
  }
}
