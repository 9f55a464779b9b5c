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
    ],
    defaultSubcommand: Train.self)
}

@main
enum Main {
  static func main() {
    // A reader that goes away is an error of a write, not the end of a run.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try GANTrain.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(error)
    }
  }
}
