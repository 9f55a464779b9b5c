/// What a run runs on. Where these differ, so does rounding.
package struct MachineDescription: Codable, Equatable, Sendable {
  /// What OpenBLAS says of its build, and the kernels it chose.
  package var blas: String
  package var kernel: String
  package var processor: String

  /// The library and its version.
  package var library: String { blas.split(separator: " ").prefix(2).joined(separator: " ") }

  package static func current() -> MachineDescription {
    MachineDescription(
      blas: BLAS.configuration, kernel: BLAS.kernel, processor: CPU.current().model)
  }
}
