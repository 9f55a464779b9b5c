import Foundation
import GANLab

/// Starts the program again, once, with better OpenBLAS kernels than the library chose.
///
/// OpenBLAS reads `OPENBLAS_CORETYPE` when it is loaded, before any of our code runs; a restart is
/// the only way to set it from here. What the user set is never overridden. In this order decide: a run
/// that goes on, by what it recorded; a measurement on this machine; the table by instruction sets.
enum KernelRestart {
  static let variable = "OPENBLAS_CORETYPE"
  /// Set by a restart to what the user ought to know of it; empty for nothing.
  private static let marker = "GAN_TRAIN_RESTARTED"
  /// What a measurement that was just made has to say, where it led to no restart.
  nonisolated(unsafe) private static var measured: String?

  /// Replaces this process where that brings better kernels; else returns.
  ///
  /// Call it before any use of BLAS and before anything is printed.
  ///
  /// - Parameter recorded: where a run began that is to go on.
  /// - Parameter measures: whether to measure where that was not done yet.
  static func restartIfWorthwhile(recorded: MachineDescription? = nil, measures: Bool = false) {
    #if os(Linux)
      guard Environment.value(of: variable) == nil, !hasRestarted else { return }
      let (kernel, notice) = choice(recorded, measures)
      measured = notice
      if kernel.lowercased() == BLAS.kernel.lowercased() { return }
      restart(kernel, notice ?? "")
    #endif
  }

  #if os(Linux)
    private static func restart(_ kernel: String, _ notice: String) {
      setenv(marker, notice, 1)
      setenv(variable, kernel, 1)
      execv("/proc/self/exe", CommandLine.unsafeArgv)
      // Without /proc we go on with what we have.
      unsetenv(variable)
      unsetenv(marker)
    }
  #endif

  /// The kernels to take, and what to say of it.
  private static func choice(
    _ recorded: MachineDescription?, _ measures: Bool
  ) -> (kernel: String, notice: String?) {
    let cpu = CPU.current()
    guard BLAS.configuration.contains("DYNAMIC_ARCH") else { return (BLAS.kernel, nil) }
    if let recorded, recorded.library == BLAS.version,
      OpenBLASKernel.canRun(recorded.kernel, on: cpu)
    {
      return (recorded.kernel, nil)
    }
    if let cache = KernelTuning.cache {
      if let known = cache.measurement(for: cpu, library: BLAS.version) {
        return (known.chosen, nil)
      }
      if measures, cache.isWritable, let made = KernelTuning.measure() {
        try? cache.store(made, cpu: cpu)
        return (made.chosen, KernelTuning.notice(made))
      }
    }
    guard let better = betterKernel else { return (BLAS.kernel, nil) }
    return (
      better,
      "OpenBLAS took its \(BLAS.kernel) kernels, the wrong ones for this processor; "
        + "restarted with \(variable)=\(better)"
    )
  }

  /// Whether this process is the second.
  static var hasRestarted: Bool { getenv(marker) != nil }

  /// Kernels of a better instruction set than those in use; nil where a restart took these, as a
  /// measurement may have it.
  static var betterKernel: String? {
    let asked = Environment.value(of: variable)
    if hasRestarted, asked?.lowercased() == BLAS.kernel.lowercased() { return nil }
    return OpenBLASKernel.better(
      than: BLAS.kernel, for: CPU.current(), configuration: BLAS.configuration)
  }

  /// What the user ought to know about the kernels in use; nil for nothing.
  static var notice: String? {
    if hasRestarted {
      if let better = betterKernel {
        return "OpenBLAS has only its \(BLAS.kernel) kernels, though this processor could run "
          + "\(better); see gan-train doctor"
      }
      return Environment.value(of: marker)
    }
    if let value = Environment.value(of: variable), let better = betterKernel {
      return "\(variable)=\(value) is set; this processor could run the faster \(better) kernels"
    }
    return measured
  }
}
