import Foundation
import TestSupport
import Testing

/// The built program, run as a user runs it.
enum Program {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// The program lies beside the test bundle.
  static var url: URL {
    Bundle.main.executableURL!.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("gan-train")
  }

  /// Runs `gan-train` with `arguments` in `directory` and waits for its end.
  ///
  /// - Parameter environment: changes the test's own environment, from which OpenBLAS's variables
  ///   are taken out.
  static func run(
    _ arguments: [String], in directory: String, environment changes: [String: String] = [:]
  ) throws -> Outcome {
    try run(url, arguments, in: directory, environment: changes)
  }

  static func run(
    _ program: URL, _ arguments: [String], in directory: String,
    environment changes: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OPENBLAS_") }
    environment.merge(changes) { $1 }
    process.environment = environment
    // Files, not pipes, which a program could fill.
    let files = ["output", "errors"].map {
      FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\($0)")
    }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }
}

extension TemporaryDirectory {
  /// Compiles a C source into a shared library to be loaded before a program's others.
  func compile(_ source: String, to name: String) throws -> String {
    let file = try write(Array(source.utf8), to: name + ".c")
    let outcome = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["clang", "-shared", "-fPIC", "-o", path + "/" + name, file], in: path)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return path + "/" + name
  }
}
