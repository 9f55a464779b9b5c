import TestSupport
import Testing

@testable import GANLab

struct KernelTests {
  struct Machine: CustomTestStringConvertible {
    let testDescription: String
    let cpu: CPU
    /// What the library took, and what is better.
    let choices: [(String, String?)]
  }

  private static let sse = "fpu sse sse2 pni ssse3 sse4_1 sse4_2 popcnt"

  static let machines = [
    Machine(
      testDescription: "Emerald Rapids",
      cpu: x86(
        sse
          + " avx f16c fma avx2 bmi2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16 amx_tile"
      ),
      choices: [
        ("Prescott", "SkylakeX"), ("Haswell", "SkylakeX"), ("SkylakeX", nil), ("Cooperlake", nil),
        ("SapphireRapids", nil), ("AKernelOfTheFuture", nil),
      ]),
    Machine(
      testDescription: "Zen 2",
      cpu: x86(sse + " avx fma avx2 bmi2 sse4a"),
      choices: [("Prescott", "Haswell"), ("Barcelona", "Haswell"), ("Zen", nil), ("Haswell", nil)]),
    Machine(
      testDescription: "a Xeon Phi, which lacks part of AVX-512",
      cpu: x86(sse + " avx fma avx2 avx512f avx512cd avx512pf avx512er"),
      choices: [("Prescott", "Haswell"), ("Haswell", nil)]),
    Machine(
      testDescription: "Ivy Bridge",
      cpu: x86(sse + " avx f16c"),
      choices: [("Prescott", "Sandybridge"), ("Nehalem", "Sandybridge"), ("Sandybridge", nil)]),
    Machine(
      testDescription: "Core 2", cpu: x86("fpu sse sse2 pni ssse3"),
      choices: [("Prescott", "Core2"), ("Core2", nil), ("Penryn", nil)]),
    Machine(
      testDescription: "a Pentium 4", cpu: x86("fpu sse sse2 pni"), choices: [("Prescott", nil)]),
    Machine(
      testDescription: "an unknown x86", cpu: x86(""), choices: [("Prescott", nil)]),
    Machine(
      testDescription: "Graviton 2",
      cpu: CPU(
        architecture: .arm64,
        cpuinfo: """
          processor\t: 0
          BogoMIPS\t: 243.75
          Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimddp
          CPU implementer\t: 0x41
          """),
      choices: [("armv8", "NeoverseN1"), ("neoversen1", nil), ("neoversev1", nil)]),
    Machine(
      testDescription: "Cortex-A72",
      cpu: CPU(architecture: .arm64, features: ["fp", "asimd", "crc32"]),
      choices: [("armv8", nil), ("cortexa72", nil)]),
  ]

  private static func x86(_ flags: String) -> CPU {
    CPU(
      architecture: .x86,
      cpuinfo: """
        processor\t: 0
        model name\t: A Processor @ 2.00GHz
        flags\t\t: \(flags)
        bugs\t\t: spectre_v1

        processor\t: 1
        flags\t\t: none
        """)
  }

  @Test(arguments: machines)
  func `better kernels are named where the library chose worse`(machine: Machine) {
    for (chosen, better) in machine.choices {
      #expect(OpenBLASKernel.better(than: chosen, for: machine.cpu) == better, "for \(chosen)")
    }
  }

  @Test func `a library built for one processor leaves no choice`() {
    let cpu = Self.machines[0].cpu
    let configuration = "OpenBLAS 0.3.21 NO_AFFINITY Prescott MAX_THREADS=64"
    #expect(OpenBLASKernel.better(than: "Prescott", for: cpu, configuration: configuration) == nil)
  }

  @Test func `only kernels that the processor can run are candidates`() {
    let (emerald, zen2, ivy, graviton) = (
      Self.machines[0].cpu, Self.machines[1].cpu, Self.machines[3].cpu, Self.machines[7].cpu
    )
    #expect(OpenBLASKernel.candidates(for: emerald) == ["SkylakeX", "Haswell", "Zen"])
    #expect(OpenBLASKernel.candidates(for: zen2) == ["Haswell", "Zen"])
    #expect(OpenBLASKernel.candidates(for: ivy) == ["Sandybridge"])
    #expect(OpenBLASKernel.canRun("Cooperlake", on: emerald))
    #expect(!OpenBLASKernel.canRun("Cooperlake", on: zen2))
    #expect(OpenBLASKernel.canRun("Prescott", on: zen2))
    #expect(!OpenBLASKernel.canRun("Prescott", on: graviton))
    #expect(!OpenBLASKernel.canRun("neoversen1", on: emerald))
    #expect(!OpenBLASKernel.canRun("AKernelOfTheFuture", on: emerald))
  }

  @Test(
    arguments: [
      ([20, 21, 22], [20.5, 20.4, 90], "Base"),
      ([20, 21, 22], [19, 20.3, 60], "Other"),
      ([20, 21, 22], [20.38, 20.38, 20.38], "Base"),
    ] as [([Double], [Double], String)])
  func `a challenger must be three per cent faster in the median`(
    base: [Double], other: [Double], chosen: String
  ) {
    let measurement = KernelMeasurement(
      ["Base": base, "Other": other], baseline: "Base", cpu: Self.machines[0].cpu, library: "x")
    #expect(measurement.chosen == chosen)
  }

  @Test func `a measurement is kept for its processor and library`() throws {
    let directory = try TemporaryDirectory()
    let cache = KernelCache(path: directory.path + "/deep/kernels.json")
    let (cpu, other) = (Self.machines[0].cpu, Self.machines[1].cpu)
    func measurement(_ library: String, _ milliseconds: Double) -> KernelMeasurement {
      KernelMeasurement(["A": [milliseconds]], baseline: "A", cpu: cpu, library: library)
    }
    #expect(cache.measurement(for: cpu, library: "1") == nil)
    #expect(cache.isWritable)
    try cache.store(measurement("1", 3), cpu: cpu)
    try cache.store(measurement("2", 4), cpu: cpu)
    try cache.store(measurement("1", 5), cpu: cpu)
    #expect(cache.measurement(for: cpu, library: "1") == measurement("1", 5))
    #expect(cache.measurement(for: cpu, library: "2") == measurement("2", 4))
    #expect(cache.measurement(for: other, library: "1") == nil)
    try directory.write([1], to: "file")
    #expect(!KernelCache(path: directory.path + "/file/x/kernels.json").isWritable)
    #expect(
      KernelCache.standard(environment: ["HOME": "/h"])?.path == "/h/.cache/gan-train/kernels.json")
    #expect(
      KernelCache.standard(environment: ["HOME": "/h", "XDG_CACHE_HOME": "/c"])?.path
        == "/c/gan-train/kernels.json")
    #expect(KernelCache.standard(environment: [:]) == nil)
  }

  @Test func `the topology is measured between threads`() throws {
    #expect(CoreTopology(threads: 1) == nil)
    let topology = try #require(CoreTopology(threads: 3))
    #expect(topology.min > 0 && topology.min <= topology.max)
    #expect(topology.description.contains("ns from core to core and back"))
  }

  @Test func `the processor's name and features are read`() {
    let cpu = Self.x86("avx fma")
    #expect(cpu.model == "A Processor @ 2.00GHz")
    #expect(cpu.features == ["avx", "fma"])
  }

  @Test func `the quota is the smallest on the way to the control group`() throws {
    let root = try TemporaryDirectory()
    #expect(CPU.quota(root: root.path, membership: "0::/\n") == nil)
    for name in ["a", "a/b"] { try root.makeDirectory(name) }
    try root.write(Array("max 100000\n".utf8), to: "cpu.max")
    try root.write(Array("150000 100000\n".utf8), to: "a/cpu.max")
    try root.write(Array("400000 100000\n".utf8), to: "a/b/cpu.max")
    #expect(CPU.quota(root: root.path, membership: "0::/a/b\n") == 1.5)
    #expect(CPU.quota(root: root.path, membership: "0::/\n") == nil)
    #expect(CPU.quota(root: root.path, membership: "") == nil)
  }

  @Test func `a quota of version 1 is read`() throws {
    let root = try TemporaryDirectory()
    try root.makeDirectory("cpu/box")
    try root.write(Array("-1\n".utf8), to: "cpu/cpu.cfs_quota_us")
    try root.write(Array("100000\n".utf8), to: "cpu/cpu.cfs_period_us")
    try root.write(Array("50000\n".utf8), to: "cpu/box/cpu.cfs_quota_us")
    try root.write(Array("100000\n".utf8), to: "cpu/box/cpu.cfs_period_us")
    let membership = "5:memory:/box\n4:cpu,cpuacct:/box\n"
    #expect(CPU.quota(root: root.path, membership: membership) == 0.5)
  }

  @Test func `threads respect cores and quota`() {
    #expect(CPU.usableThreads(cores: 8, quota: nil) == 8)
    #expect(CPU.usableThreads(cores: 8, quota: 1.6) == 2)
    #expect(CPU.usableThreads(cores: 8, quota: 0.2) == 1)
    #expect(CPU.usableThreads(cores: 2, quota: 16) == 2)
  }
}
