import ArgumentParser
import Foundation
import GANLab

struct GANTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gan-train",
    abstract: "What does weight initialisation do to a GAN? Train one and see.",
    discussion: """
      Trains a generator and a discriminator on MNIST-format images and writes the losses and \
      accuracies of every epoch to a CSV file. Without a subcommand it trains.
      """,
    version: programVersion,
    subcommands: [
      Train.self, Sample.self, Probe.self, Compare.self, Summarize.self, Bench.self, Doctor.self,
      TimeKernels.self,
    ],
    defaultSubcommand: Train.self)

  static var subcommandNames: [String] {
    configuration.subcommands.filter { $0 != TimeKernels.self }.map {
      $0.configuration.commandName ?? "\($0)".lowercased()
    }
  }
}

@main
enum Main {
  static func main() {
    StandardStreams.prepare()
    do {
      try Suggestion.checkSubcommand(Array(CommandLine.arguments.dropFirst()))
      var command = try GANTrain.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(error)
    }
  }
}
