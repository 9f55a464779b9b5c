import ArgumentParser

struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "A directory with an MNIST-format data set; by default data/mnist, or data/digits.",
      valueName: "dir"), completion: Completions.dataSets, transform: Path.parse)
  var directory: String?
}
