import Foundation
import TestSupport
import Testing

/// OpenBLAS's choice is played by a library loaded before it, which says it chose the Prescott
/// kernels unless OPENBLAS_CORETYPE says otherwise, as OpenBLAS 0.3.21 does on processors that it
/// does not know.
struct KernelRestartTests {
  private static let source = """
    #include <stdlib.h>
    const char *openblas_get_corename(void) {
      const char *set = getenv("OPENBLAS_CORETYPE");
      return set && *set && !getenv("ONLY_PRESCOTT") ? set : "Prescott";
    }
    """

  private let directory: TemporaryDirectory
  private let library: String?

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write(
      IDXBytes.images(count: 8, rows: 4, columns: 4), to: "train-images-idx3-ubyte")
    #if os(Linux) && arch(x86_64)
      let compiled = try directory.compile(Self.source, to: "kernels.so")
      let cpuinfo = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      library = cpuinfo.contains(" ssse3 ") ? compiled : nil
    #else
      library = nil
    #endif
  }

  private func train(_ environment: [String: String]) throws -> Program.Outcome? {
    guard let library else {
      print("skipped: no kernels to choose from on this machine")
      return nil
    }
    return try Program.run(
      ["--data", ".", "--batch-size", "4", "--max-steps", "1"], in: directory.path,
      environment: environment.merging(["LD_PRELOAD": library]) { $1 })
  }

  @Test func `wrong kernels are replaced by one restart, and one line says so`() throws {
    guard let outcome = try train([:]) else { return }
    #expect(outcome.status == 0)
    #expect(outcome.errorLines[0].hasPrefix("data: "))
    let lines = outcome.errorLines.filter { $0.contains("restarted with OPENBLAS_CORETYPE=") }
    #expect(lines.count == 1)
    #expect(outcome.errors.contains("took its Prescott kernels"))
    #expect(!outcome.errors.contains(", Prescott kernels"))
  }

  @Test func `a value that the user set is kept`() throws {
    guard let outcome = try train(["OPENBLAS_CORETYPE": "Core2"]) else { return }
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("Core2 kernels"))
    #expect(!outcome.errors.contains("restarted"))
  }

  @Test func `a library that has no better kernels is not restarted for ever`() throws {
    guard let outcome = try train(["ONLY_PRESCOTT": "1"]) else { return }
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("OpenBLAS has only its Prescott kernels"))
  }

  @Test func `the doctor tells kernels that are slower than need be`() throws {
    guard let library else { return }
    let outcome = try Program.run(
      ["doctor"], in: directory.path,
      environment: ["LD_PRELOAD": library, "OPENBLAS_CORETYPE": "Prescott"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Slower than need be: OPENBLAS_CORETYPE=Prescott is set"))
  }

  @Test func `the doctor measures once, also where the result restarts the program`() throws {
    guard let library else { return }
    let outcome = try Program.run(
      ["doctor", "--tune"], in: directory.path,
      environment: ["LD_PRELOAD": library, "XDG_CACHE_HOME": directory.path + "/cache"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("program  "))
    #expect(!outcome.output.contains("its kernels     Prescott"))
  }

  @Test func `the doctor's report is complete`() throws {
    let outcome = try Program.run(["doctor"], in: directory.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    for row in [
      "program  ", "BLAS library", "its build", "its threading", "its kernels", "best kernels",
      "processor",
      "features", "cores", "threads", "data/mnist", "data/digits", "matrix product",
    ] {
      #expect(outcome.output.contains("\n" + row) || outcome.output.hasPrefix(row), "\(row)")
    }
    #expect(outcome.output.contains("OpenBLAS "))
    #expect(outcome.output.contains(#/\d+ GFLOP/s on \d+ thread/#))
    #expect(outcome.output.contains(#/\n(Good|Slower than need be|Slow): /#))
  }
}
