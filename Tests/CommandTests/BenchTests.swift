import Foundation
import TestSupport
import Testing

struct BenchTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write(
      IDXBytes.images(count: 17_000, rows: 4, columns: 4), to: "train-images-idx3-ubyte")
    try directory.write(IDXBytes.labels(count: 17_000), to: "train-labels-idx1-ubyte")
    try directory.write(
      IDXBytes.images(count: 100, rows: 4, columns: 4), to: "t10k-images-idx3-ubyte")
    try directory.write(IDXBytes.labels(count: 100), to: "t10k-labels-idx1-ubyte")
  }

  private func bench(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(
      ["bench", "--data", ".", "--rounds", "3", "--round-steps", "2", "--threads", "2"]
        + arguments, in: directory.path)
  }

  private struct Report: Decodable {
    let msPerStep, msPerStepMin, msPerStepMax, gemmOnlyMsPerStep: Double
    let elementwiseOnlyMsPerStep, optimizerOnlyMsPerStep, dataOnlyMsPerStep: Double
    let stepToGemmRatio, gflopPerStep, gflopPerSecond, largeGemmGflopPerSecond: Double
    let imagesPerSecond: Double
    let batchSize, threads: Int
    let kernel: String
  }

  @Test func `the report for scripts is one object, whose numbers fit together`() throws {
    let outcome = try bench(
      "--json", "--batch-size", "10", "--latent-size", "3", "--generator-layers", "5",
      "--discriminator-layers", "7")
    #expect(outcome.status == 0)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(outcome.output.utf8))
    // Generator 3 → 5 → 16: 2 and 3 products; discriminator 16 → 7 → 1 on twice the images: 2 and
    // 3 products, and 2 more on the fakes; each 2 · batch · inputs · outputs.
    let generator = 2 * 10 * (2 * 3 * 5 + 3 * 5 * 16)
    let discriminator = 2 * 10 * (16 * 7 * (2 * 2 + 2) + 7 * (2 * 3 + 2))
    #expect(abs(report.gflopPerStep * 1e9 - Double(generator + discriminator)) < 1e-3)
    #expect(abs(report.gflopPerSecond * report.msPerStep / 1000 / report.gflopPerStep - 1) < 1e-9)
    #expect(abs(report.imagesPerSecond * report.msPerStep / 1000 - 10) < 1e-9)
    #expect(
      report.msPerStepMin <= report.msPerStep && report.msPerStep <= report.msPerStepMax)
    for part in [
      report.gemmOnlyMsPerStep, report.elementwiseOnlyMsPerStep, report.optimizerOnlyMsPerStep,
      report.dataOnlyMsPerStep, report.largeGemmGflopPerSecond, report.stepToGemmRatio,
    ] {
      #expect(part > 0)
    }
    #expect(report.batchSize == 10 && report.threads == 2 && !report.kernel.isEmpty)
  }

  @Test func `the table names every part`() throws {
    let outcome = try bench()
    #expect(outcome.status == 0)
    for part in [
      "whole step", "its products alone", "elementwise alone", "optimiser alone", "data alone",
      "images/s", "one large product",
    ] {
      #expect(outcome.output.contains(part), "\(part)")
    }
  }

  @Test func `wrong options are named`() throws {
    for (arguments, message) in [
      (["bench", "--rounds", "0"], "--rounds 0"),
      (["bench", "--data", ".", "--batch-size", "17001"], "at most 17000"),
    ] {
      let outcome = try Program.run(arguments, in: directory.path)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(message))
    }
  }

  /// A library loaded before the others counts allocations and writes the count at the end.
  @Test(arguments: ["train", "classify"])
  func `a thousand steps allocate nothing`(command: String) throws {
    #if os(Linux)
      let source = """
        #include <stdio.h>
        #include <stdlib.h>
        extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
        extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
        static long count;
        static void add(void) { __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED); }
        void *malloc(size_t n) { add(); return __libc_malloc(n); }
        void *calloc(size_t n, size_t size) { add(); return __libc_calloc(n, size); }
        void *realloc(void *p, size_t n) { add(); return __libc_realloc(p, n); }
        void *memalign(size_t a, size_t n) { add(); return __libc_memalign(a, n); }
        void *aligned_alloc(size_t a, size_t n) { return memalign(a, n); }
        int posix_memalign(void **p, size_t a, size_t n) { *p = memalign(a, n); return *p ? 0 : 12; }
        __attribute__((destructor)) static void end(void) {
          FILE *file = fopen("allocations", "w");
          if (file) { fprintf(file, "%ld", count); fclose(file); }
        }
        """
      let library = try directory.compile(source, to: "count.so")
      func allocations(steps: Int) throws -> Int {
        let outcome = try Program.run(
          [
            command, "--data", ".", "--batch-size", "16", "--threads", "1", "--quiet",
            "--max-steps", "\(steps)", "--log-every", "1000000",
          ]
            + (command == "classify"
              ? ["--hidden-layers", "64"]
              : ["--generator-layers", "64", "--discriminator-layers", "64"]),
          in: directory.path,
          // OpenBLAS's AVX-512 kernels for small products allocate, those for large ones do not.
          environment: ["LD_PRELOAD": library, "OPENBLAS_CORETYPE": "Prescott"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        let count = try String(
          contentsOfFile: directory.path + "/allocations", encoding: .utf8)
        return try #require(Int(count))
      }
      let few = try allocations(steps: 40)
      #expect(few > 100, "allocations are not counted")
      // All in one epoch, which has 1,062 steps. The runs differ by some for other reasons; an
      // allocation a step would be a thousand.
      let many = try allocations(steps: 1040)
      #expect(abs(many - few) < 500, "\(few) in 40 steps, \(many) in 1040")
    #else
      print("skipped: allocations are counted on Linux only")
    #endif
  }
}
