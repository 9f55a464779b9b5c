import ArgumentParser
import GANLab

/// What ``KernelTuning`` starts: prints the kernels that the library took and the milliseconds of a
/// step's products with them.
struct TimeKernels: ParsableCommand {
  static let name = "time-kernels"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  func run() throws {
    let time = StepBenchmark.productTime(
      threads: CPU.usableThreads, duration: .milliseconds(150))
    try StandardOutput.print("\(BLAS.kernel) \(time)")
  }
}
