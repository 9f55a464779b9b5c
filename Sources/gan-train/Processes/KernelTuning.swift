import Foundation
import GANLab

/// Measures OpenBLAS's kernels against each other: in processes of their own, since the library takes
/// its kernels when it is loaded, and in turn, so that a busy moment does not decide.
enum KernelTuning {
  private static let rounds = 4

  static var cache: KernelCache? {
    KernelCache.standard(environment: ProcessInfo.processInfo.environment)
  }

  /// - Returns: nil where there is nothing to choose from, or no process could be started.
  static func measure() -> KernelMeasurement? {
    let cpu = CPU.current()
    // What would be taken without measuring, first.
    let baseline = KernelRestart.betterKernel ?? BLAS.kernel
    let candidates =
      [baseline]
      + OpenBLASKernel.candidates(for: cpu).filter { $0.lowercased() != baseline.lowercased() }
    if candidates.count < 2 { return nil }
    var times: [String: [Double]] = [:]
    for _ in 0..<rounds {
      for kernel in candidates {
        // The library's own choice need not be one that it finds by name.
        let isOwn = kernel == BLAS.kernel
        if let time = time(kernel, isOwn: isOwn) { times[kernel, default: []].append(time) }
      }
    }
    if times[baseline] == nil { return nil }
    return KernelMeasurement(times, baseline: baseline, cpu: cpu, library: BLAS.version)
  }

  /// Milliseconds; nil where the library did not take these kernels.
  private static func time(_ kernel: String, isOwn: Bool) -> Double? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProcessPool.program)
    process.arguments = [TimeKernels.name]
    var environment = ProcessInfo.processInfo.environment
    environment[KernelRestart.variable] = isOwn ? nil : kernel
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = String(
      decoding: (try? output.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0].lowercased() == kernel.lowercased() else { return nil }
    return Double(words[1])
  }

  /// One line.
  static func notice(_ measurement: KernelMeasurement) -> String {
    let ranking = measurement.ranking.map {
      "\($0.kernel) \(NumberText.fixed($0.milliseconds, 1))"
    }.joined(separator: ", ")
    return "kernels measured, ms a step: \(ranking); \(measurement.chosen) from now on"
  }
}
