/// Which of OpenBLAS's kernels suit a processor.
///
/// A library that is older than the processor may not know it, and then takes kernels that run on
/// anything: OpenBLAS 0.3.21 takes Prescott's (SSE3) on Emerald Rapids, which are five times slower
/// than those for AVX-512 (OpenMathLib/OpenBLAS issue 4267). The environment variable
/// `OPENBLAS_CORETYPE`, read once when the library is loaded, chooses others.
package enum OpenBLASKernel {
  /// The kernels to name in `OPENBLAS_CORETYPE` instead of `chosen`, or nil where `chosen` is
  /// as good as the processor allows, or is not known here.
  ///
  /// - Parameter configuration: what the library says of its build; without DYNAMIC_ARCH it has
  ///   one set of kernels and there is no choice.
  package static func better(
    than chosen: String, for cpu: CPU, configuration: String = "DYNAMIC_ARCH"
  ) -> String? {
    guard configuration.contains("DYNAMIC_ARCH"), let best = best(for: cpu),
      let chosenRank = rank(of: chosen), let bestRank = rank(of: best), chosenRank < bestRank
    else { return nil }
    return best
  }

  /// The best kernels by instruction set, of those that every OpenBLAS since 0.3.11 has; nil
  /// where nothing is known.
  package static func best(for cpu: CPU) -> String? {
    func has(_ features: String...) -> Bool { features.allSatisfy(cpu.features.contains) }
    switch cpu.architecture {
    case .x86:
      if cpu.features.isEmpty { return nil }
      if has("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma") {
        return "SkylakeX"
      }
      if has("avx2", "fma") { return "Haswell" }
      if has("avx") { return "Sandybridge" }
      if has("sse4_2") { return "Nehalem" }
      if has("ssse3") { return "Core2" }
      return "Prescott"
    case .arm64:
      // Armv8.2 with the dot product; they need no more than that. Not tried on such a machine.
      return has("asimd", "atomics", "asimddp") ? "NeoverseN1" : nil
    case .other:
      return nil
    }
  }

  /// The kernels that this processor could run and that may be the fastest on it: by the instruction
  /// set alone one cannot tell. Zen 4's AVX-512 is two halves of 256 bits, for which Haswell's kernels
  /// can be the faster ones.
  package static func candidates(for cpu: CPU) -> [String] {
    guard let best = best(for: cpu) else { return [] }
    return best == "SkylakeX" || best == "Haswell"
      ? [best] + ["Haswell", "Zen"].filter { $0 != best } : [best]
  }

  /// Whether this processor can run `kernel`; false where that is not known.
  package static func canRun(_ kernel: String, on cpu: CPU) -> Bool {
    guard let best = best(for: cpu), let limit = rank(of: best), let rank = rank(of: kernel) else {
      return false
    }
    let isArm = ranks[rank].contains("neoversen1") || kernel.lowercased() == "armv8"
    return rank <= limit && isArm == (cpu.architecture == .arm64)
  }

  /// The kernels by the instruction set they use, as far as a matrix product gains from it;
  /// among equals the library's choice stands.
  private static let ranks: [[String]] = [
    ["katmai", "coppermine", "northwood", "prescott", "banias", "athlon", "opteron", "armv8"],
    ["core2", "penryn", "dunnington", "atom", "nano", "opteron_sse3", "barcelona", "bobcat"],
    ["nehalem"],
    ["sandybridge", "bulldozer", "piledriver"],
    ["haswell", "zen", "steamroller", "excavator"],
    ["skylakex", "cooperlake", "sapphirerapids"],
    ["neoversen1"],
  ]

  private static func rank(of kernel: String) -> Int? {
    ranks.firstIndex { $0.contains(kernel.lowercased()) }
  }
}
