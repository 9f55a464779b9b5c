import ArgumentParser
import Foundation
import GANLab

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a network of a run for PyTorch.",
    discussion: """
      The latest checkpoint of RUN, or the checkpoint that RUN names. The file has the names and layout of \
      an nn.Sequential, which is printed; load_state_dict(safetensors.torch.load_file(FILE)) fills it.
      """)

  @Argument(
    help: ArgumentHelp("A run's directory, or one of its checkpoints.", valueName: "run"),
    completion: Completions.runs)
  var source: String

  enum Network: String, ExpressibleByArgument, CaseIterable {
    case generator, discriminator, classifier
  }

  @Option(help: "Which network (default: the generator of a GAN, the classifier else).")
  var network: Network?

  @Option(
    help: ArgumentHelp(
      "The safetensors file to write (default: model.safetensors).", valueName: "file"),
    transform: Path.parse)
  var output: String?

  @Flag(help: "Replace the file if it is there.")
  var overwrite = false

  func run() throws {
    let output = output ?? "model.safetensors"
    if !overwrite && FileManager.default.fileExists(atPath: output) {
      throw ValidationError(
        "\(output): is there already; --overwrite replaces it, --output names another.")
    }
    let path = try CheckpointPath.find(source)
    let kind = try RunKind(ofCheckpoint: path)
    let name = network?.rawValue ?? (kind == .gan ? "generator" : "classifier")
    let found =
      switch kind {
      case .gan: try Checkpoint<GAN>(path: path).network(name)
      case .classifier: try Checkpoint<Classifier>(path: path).network(name)
      }
    guard let found else {
      throw ValidationError("--network \(name): \(source) is a \(kind.rawValue) and has none.")
    }
    try WeightFile.write(found, to: output)
    try StandardOutput.print(WeightFile.sequential(found))
    StandardError.say("the weights are in \(output)")
  }
}
