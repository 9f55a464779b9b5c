/// What a run runs on. Where these differ, so does rounding.
public struct MachineDescription: Codable, Equatable, Sendable {
  /// What OpenBLAS says of its build, and the kernels it chose.
  public var blas: String
  public var kernel: String
  public var processor: String

  public static func current() -> MachineDescription {
    MachineDescription(
      blas: BLAS.configuration, kernel: BLAS.kernel, processor: CPU.current().model)
  }
}
