import ArgumentParser
import Foundation
import GANLab

/// How the program ends when something is wrong: what the library found, which option helps, and the
/// exit code.
///
/// 64: the command line. 66: an input that is not there or cannot be read. 74: an output that cannot
/// be written. 128 + n: signal n. 1: anything else.
enum Failure {
  private enum Code {
    static let usage: Int32 = 64
    static let noInput: Int32 = 66
    static let output: Int32 = 74
    static let other: Int32 = 1
  }

  /// Ends the program after an error of a command.
  static func exit(_ error: any Error) -> Never {
    if let error = error as? OutputError, error.reason == EPIPE {
      // Who read has had enough: as if the signal had come.
      Foundation.exit(128 + SIGPIPE)
    }
    if let (code, advice) = explanation(of: error) {
      StandardError.say("Error: \(error)" + (advice.map { " \($0)" } ?? ""))
      Foundation.exit(code)
    }
    // The argument parser's: help that was asked for, a wrong command line, an exit code.
    let (code, text) = (GANTrain.exitCode(for: error).rawValue, GANTrain.fullMessage(for: error))
    if code != EXIT_SUCCESS {
      if !text.isEmpty { StandardError.say(text) }
      Foundation.exit(code)
    }
    do {
      try StandardOutput.print(text)
      Foundation.exit(EXIT_SUCCESS)
    } catch { exit(error) }
  }

  /// The exit code and the advice for the library's errors; nil for others.
  private static func explanation(of error: any Error) -> (Int32, advice: String?)? {
    switch error {
    case let error as DataSetError: (Code.noInput, advice(error))
    case let error as RunError: explanation(ofRun: error)
    case let error as StorageError:
      (error.isOutput ? Code.output : Code.noInput, nil)
    case TrainingError.tooFewImages: (Code.usage, "--batch-size sets how many.")
    case is TrainingError:
      (Code.other, "Try a lower --learning-rate, or an --init with smaller weights.")
    case is OutputError: (Code.output, nil)
    case is MemoryError: (Code.usage, "Smaller layers or a smaller --batch-size take less.")
    default: nil
    }
  }

  private static func explanation(ofRun error: RunError) -> (Int32, advice: String?) {
    switch error {
    case .noDirectory, .notARun: (Code.noInput, nil)
    case .directoryHasFiles:
      (
        Code.usage,
        "Name another with --run-dir or leave the option out; --resume goes on with a run, "
          + "--overwrite deletes it."
      )
    case .foreignFiles: (Code.usage, "Name another directory with --run-dir.")
    case .inUse: (Code.other, nil)
    case .otherImages: (Code.usage, "--data names others.")
    case .fewerEpochs: (Code.usage, "--epochs sets how many.")
    case .otherOptions: (Code.usage, "Name another directory with --run-dir.")
    case .stopped(let error, let run, _):
      (error.isOutput ? Code.output : Code.noInput, "Once that is fixed, --resume \(run) goes on.")
    }
  }

  private static func advice(_ error: DataSetError) -> String? {
    let fetch = "fetch the data set again (MNIST: scripts/fetch-mnist)."
    return switch error {
    case .noDirectory, .noFile:
      "--data names a directory; scripts/fetch-mnist fetches MNIST into data/mnist."
    case .notADirectory: "Give --data the directory."
    case .unreadable: "Check the path and its permissions."
    case .wrongMagic: "Give the file its right name, or \(fetch)"
    case .webPage, .damagedGzip, .empty, .absurdSize, .tooShort, .tooShortCompressed, .tooLong:
      "Delete it and \(fetch)"
    case .differentCounts, .otherSize, .unknownLabel: "Put files of one data set together."
    case .noLabels: "Get its labels, too; train needs none."
    }
  }
}
