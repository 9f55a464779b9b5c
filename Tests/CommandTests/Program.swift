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
    try start(program, arguments, in: directory, environment: changes).outcome()
  }

  /// Starts `gan-train` and does not wait for it.
  static func start(_ arguments: [String], in directory: String) throws -> Running {
    try start(url, arguments, in: directory, environment: [:])
  }

  private static func start(
    _ program: URL, _ arguments: [String], in directory: String,
    environment changes: [String: String]
  ) throws -> Running {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OPENBLAS_") }
    // Kernels by the table, the same for all tests: there is no cache to keep a measurement in.
    environment["XDG_CACHE_HOME"] = "/dev/null/cache"
    environment.merge(changes) { $1 }
    process.environment = environment
    let running = Running(process: process)
    for file in [running.output, running.errors] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: running.output)
    process.standardError = try FileHandle(forWritingTo: running.errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return running
  }

  /// A program that was started. It writes to files, not pipes, which it could fill.
  struct Running {
    let process: Process
    let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    /// Waits for the end; the status is the signal's number where one ended the program.
    func outcome() throws -> Outcome {
      process.waitUntilExit()
      defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
      return Outcome(
        status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
        errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Waits until standard error has `text`, for ten seconds at most.
    func waitForErrors(_ text: String) throws {
      for _ in 0..<1000 {
        if try String(contentsOf: errors, encoding: .utf8).contains(text) { return }
        usleep(10_000)
      }
      Issue.record("no \"\(text)\" within ten seconds")
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
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
