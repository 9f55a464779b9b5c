import Foundation

/// How fast a training step's products are with each of OpenBLAS's kernels on one machine, and which
/// are therefore taken.
package struct KernelMeasurement: Codable, Equatable, Sendable {
  /// The processor's name and features, and the library's version: what the choice depends on.
  package let processor: String
  package let features: [String]
  package let library: String
  /// Milliseconds, by kernel.
  package let milliseconds: [String: [Double]]
  package let chosen: String

  /// A challenger must be so much faster than what would be taken without measuring.
  package static let margin = 0.03

  /// - Parameter baseline: what would be taken without measuring.
  /// - Parameter milliseconds: by kernel, the baseline among them; at least one each.
  package init(
    _ milliseconds: [String: [Double]], baseline: String, cpu: CPU, library: String
  ) {
    self.milliseconds = milliseconds
    processor = cpu.model
    features = cpu.features.sorted()
    self.library = library
    let medians = milliseconds.compactMapValues(\.median)
    let fastest = medians.min { ($0.value, $0.key) < ($1.value, $1.key) }
    let limit = (medians[baseline] ?? .infinity) * (1 - Self.margin)
    chosen = fastest.flatMap { $0.value < limit ? $0.key : nil } ?? baseline
  }

  /// The medians, the fastest first.
  package var ranking: [(kernel: String, milliseconds: Double)] {
    milliseconds.compactMap { kernel, times in times.median.map { (kernel, $0) } }
      .sorted { $0.milliseconds < $1.milliseconds }
  }

  /// Whether it was made on this machine with this library.
  func holds(for cpu: CPU, library: String) -> Bool {
    processor == cpu.model && features == cpu.features.sorted() && self.library == library
  }
}

/// `kernels.json`: measurements, kept from one start of the program to the next.
package struct KernelCache: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// In the user's cache directory.
  package static func standard(environment: [String: String]) -> KernelCache? {
    cacheDirectory(environment: environment).map { KernelCache(path: $0 + "/kernels.json") }
  }

  private var all: [KernelMeasurement] {
    guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
    return (try? JSON.decode([KernelMeasurement].self, from: [UInt8](bytes))) ?? []
  }

  /// What was measured on this machine; nil for nothing, or a file that cannot be read.
  package func measurement(for cpu: CPU, library: String) -> KernelMeasurement? {
    all.first { $0.holds(for: cpu, library: library) }
  }

  /// Whether a measurement could be kept.
  package var isWritable: Bool {
    let directory = parentDirectory(of: path)
    do { try makeDirectories(directory) } catch { return false }
    return access(directory, W_OK) == 0
  }

  /// Keeps a measurement in place of an earlier one of the same machine.
  ///
  /// - Throws: ``StorageError``.
  package func store(_ measurement: KernelMeasurement, cpu: CPU) throws(StorageError) {
    let others = all.filter { !$0.holds(for: cpu, library: measurement.library) }
    guard let bytes = try? JSON.pretty(others + [measurement]) else {
      throw StorageError("\(path): cannot be written as JSON.", isOutput: true)
    }
    try AtomicFile.write(bytes, to: path)
  }
}
