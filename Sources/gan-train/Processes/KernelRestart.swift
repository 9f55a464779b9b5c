import Foundation
import GANLab

/// Starts the program anew, once, with better OpenBLAS kernels than the library chose.
///
/// OpenBLAS reads `OPENBLAS_CORETYPE` when it is loaded, before any of our code runs; a restart is
/// the only way to set it from here. What the user set is never overridden.
enum KernelRestart {
  static let variable = "OPENBLAS_CORETYPE"
  /// Set by a restart to the kernels that the library had chosen by itself.
  private static let marker = "GAN_TRAIN_RESTARTED_FROM"

  /// Replaces this process where that brings better kernels; else returns.
  ///
  /// Call it before any use of BLAS and before anything is printed.
  static func restartIfWorthwhile() {
    #if os(Linux)
      guard Environment.value(of: variable) == nil, let better = betterKernel else { return }
      setenv(marker, BLAS.kernel, 1)
      setenv(variable, better, 1)
      execv("/proc/self/exe", CommandLine.unsafeArgv)
      // Without /proc we go on with what we have.
      unsetenv(variable)
      unsetenv(marker)
    #endif
  }

  /// Kernels that would be better than those in use.
  static var betterKernel: String? {
    OpenBLASKernel.better(
      than: BLAS.kernel, for: CPU.current(), configuration: BLAS.configuration)
  }

  /// What the user ought to know about the kernels in use; nil where they are what the library
  /// chose and as good as the processor allows.
  static var notice: String? {
    if let original = Environment.value(of: marker) {
      let wanted = Environment.value(of: variable) ?? ""
      if let better = betterKernel {
        return "OpenBLAS has only its \(BLAS.kernel) kernels, though this processor could run "
          + "\(better); see gan-train doctor"
      }
      return "OpenBLAS took its \(original) kernels, the wrong ones for this processor; "
        + "restarted with \(variable)=\(wanted)"
    }
    if let value = Environment.value(of: variable), let better = betterKernel {
      return "\(variable)=\(value) is set; this processor could run the faster \(better) kernels"
    }
    return nil
  }
}
