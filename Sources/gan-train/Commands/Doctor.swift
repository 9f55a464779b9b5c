import ArgumentParser
import Foundation
import GANLab

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what this program runs on, how fast that is, and what would make it faster.")

  @Flag(help: "Measure OpenBLAS's kernels on this machine anew, and keep the result.")
  var tune = false

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  func run() throws {
    // Another choice of kernels restarts the program, which comes here again.
    if tune && !KernelRestart.hasRestarted { try measure() }
    KernelRestart.restartIfWorthwhile()
    let cpu = CPU.current()
    let quota = CPU.quota()
    let threads = CPU.usableThreads(cores: CPU.coreCount, quota: quota)
    let better = KernelRestart.betterKernel
    let rate = MatrixProductRate.measure(threads: threads, duration: .seconds(1))

    let findings = [
      ("program", "gan-train \(programVersion), \(Self.buildConfiguration) build"),
      ("revision", revision ?? "unknown"),
      ("BLAS library", BLAS.version),
      ("its build", BLAS.configuration.split(separator: " ").dropFirst(2).joined(separator: " ")),
      ("its threading", BLAS.threading), ("its kernels", BLAS.kernel),
      ("chosen by", chosenBy(cpu)),
      (
        "best kernels",
        better ?? OpenBLASKernel.best(for: cpu).map { "\($0) or equal" } ?? "unknown"
      ),
      ("processor", cpu.model.isEmpty ? cpu.architecture.rawValue : cpu.model),
      ("features", features(of: cpu)),
      ("cores", "\(CPU.coreCount) usable, quota: \(quota.map { "\($0)" } ?? "none")"),
      ("threads", "\(threads)"),
      ("topology", CoreTopology(threads: threads)?.description ?? "one thread"),
      (
        "data/mnist",
        found(DataSource.mnist, otherwise: "not found; scripts/fetch-mnist fetches it")
      ), ("data/digits", found(DataSource.shippedDigits, otherwise: "not found")),
      (
        "matrix product",
        String(
          format: "%.0f GFLOP/s on %d thread%@, 2048 × 2048, single precision", rate, threads,
          threads == 1 ? "" : "s")
      ),
    ]
    if json {
      var object = Dictionary(
        uniqueKeysWithValues: findings.map { (Self.key($0), JSONValue.string($1)) })
      object["verdict"] = .string(verdict(better: better).replacing("\n", with: " "))
      return try StandardOutput.print(
        String(decoding: JSON.pretty(JSONValue.object(object)).dropLast(), as: UTF8.self))
    }
    var table = TextTable([TextTable.Column("", .left, width: 14), TextTable.Column("", .left)])
    for (name, value) in findings {
      // Words that a narrow terminal would break go on in another row.
      for (index, line) in lines(value, width: 62).enumerated() {
        table.append([index == 0 ? name : "", line])
      }
    }
    try StandardOutput.print(table.lines() + ["", verdict(better: better)])
  }

  /// "blas_library" for "BLAS library".
  private static func key(_ name: String) -> String {
    name.lowercased().replacing(" ", with: "_").replacing("/", with: "_")
  }

  /// - Throws: ``StorageError``, ``OutputError``.
  private func measure() throws {
    if let value = Environment.value(of: KernelRestart.variable) {
      throw ValidationError(
        "--tune: \(KernelRestart.variable)=\(value) is set and decides; unset it to measure.")
    }
    let cpu = CPU.current()
    guard let cache = KernelTuning.cache, let measurement = KernelTuning.measure() else {
      return try StandardOutput.print("There is only one choice of kernels here.")
    }
    if !cache.isWritable { throw StorageError(cache.path, .cannotBeWritten) }
    try cache.store(measurement, cpu: cpu)
    var table = TextTable([
      TextTable.Column("kernels", .left), TextTable.Column("ms a step's products", .right),
      TextTable.Column("rounds", .left),
    ])
    for (kernel, milliseconds) in measurement.ranking {
      let rounds = measurement.milliseconds[kernel] ?? []
      table.append([
        kernel, NumberText.fixed(milliseconds, 2),
        rounds.map { NumberText.fixed($0, 2) }.joined(separator: " "),
      ])
    }
    let lines = table.lines() + ["\(measurement.chosen) from now on (\(cache.path))", ""]
    if json { lines.forEach(StandardError.say) } else { try StandardOutput.print(lines) }
  }

  private func lines(_ text: String, width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [""]) { lines, word in
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
  }

  private func chosenBy(_ cpu: CPU) -> String {
    let measurement = KernelTuning.cache?.measurement(for: cpu, library: BLAS.version)
    if measurement?.chosen.lowercased() == BLAS.kernel.lowercased() {
      return "measurement (doctor --tune measures anew)"
    }
    return "instruction set (doctor --tune measures)"
  }

  /// The instruction sets that decide about kernels.
  private func features(of cpu: CPU) -> String {
    let relevant = [
      "ssse3", "sse4_2", "avx", "fma", "avx2", "avx512f", "avx512cd", "avx512bw", "avx512dq",
      "avx512vl", "asimd", "atomics", "asimddp", "sve",
    ]
    let present = relevant.filter(cpu.features.contains)
    return present.isEmpty ? "unknown" : present.joined(separator: " ")
  }

  private func found(_ name: String, otherwise: String) -> String {
    guard let directory = DataSource.find(name) else { return otherwise }
    do {
      return "\(directory), \(try ImageDataset(directory: directory))"
    } catch {
      return "\(error)"
    }
  }

  private func verdict(better: String?) -> String {
    let variable = KernelRestart.variable
    if let better, let value = Environment.value(of: variable) {
      return "Slower than need be: \(variable)=\(value) is set, and this\nprocessor could run "
        + "\(better). Unset it, or set it to \(better)."
    }
    if let better {
      return "Slower than need be: this OpenBLAS has only \(BLAS.kernel) kernels for a processor "
        + "that could run \(better).\nInstall a newer OpenBLAS."
    }
    if !MatrixProductRate.libraryIsOptimized {
      return
        "Slow: GANLab was compiled without optimisation. Build with the project's Package.swift."
    }
    return KernelRestart.notice.map { "Good: \($0)." }
      ?? "Good: OpenBLAS's kernels suit this processor."
  }

  private static var buildConfiguration: String {
    #if DEBUG
      "debug (the library in it is optimised)"
    #else
      "release"
    #endif
  }
}
