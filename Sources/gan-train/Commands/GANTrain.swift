import ArgumentParser
import Foundation
import GANLab

struct GANTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gan-train",
    abstract: "What does weight initialisation do to a network? Train one and see.",
    discussion: """
      Trains a generator and a discriminator on MNIST-format images, or a classifier on their labels, \
      and writes the losses and accuracies of every epoch to a CSV file. Without a subcommand it trains \
      a GAN.
      """,
    version: programVersion,
    subcommands: [
      Train.self, Classify.self, Sample.self, Export.self, Probe.self, Compare.self, Summarize.self,
      Evaluate.self, List.self, Show.self, Prune.self, Bench.self, Doctor.self,
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
