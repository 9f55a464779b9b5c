import ArgumentParser
import Foundation
import GANLab

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw images with the generator of a run.",
    discussion: """
      The latest checkpoint of RUN draws, or the checkpoint that RUN names. With the run's own \
      seed, which is the default, the noise is that of the run's samples/.
      """)

  @Argument(
    help: ArgumentHelp("A run's directory, or one of its checkpoints.", valueName: "run"),
    completion: Completions.runs)
  var source: String

  @Option(parsing: .unconditional, help: "The images to draw, 1 to 10000.")
  var count = GAN.sampleCount

  @Option(
    parsing: .unconditional,
    help: "For the noise, a whole number from 0 (default: the run's own).")
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rows of so many images that walk from one noise vector to another; --count is a multiple.",
      valueName: "images"))
  var interpolate: Int?

  @Option(
    parsing: .unconditional,
    help: "Draw each pixel as a square of so many by as many, 1 to 16.")
  var scale = 1

  @Option(
    help: ArgumentHelp(
      "The PNG file to write (default: samples.png).", valueName: "file"), transform: Path.parse)
  var output: String?

  @Flag(help: "Replace the file if it is there.")
  var overwrite = false

  private var path: String { output ?? "samples.png" }

  func validate() throws {
    try check("--count", count, in: 1...10_000)
    try check("--scale", scale, in: 1...16)
    if !path.lowercased().hasSuffix(".png") {
      throw ValidationError("--output \(path): must end in .png, which is what is written.")
    }
    if let interpolate {
      try check("--interpolate", interpolate, in: 2...1000)
      if count % interpolate != 0 {
        throw ValidationError(
          "--count \(count): must be a multiple of --interpolate \(interpolate).")
      }
    }
  }

  func run() throws {
    if !overwrite && FileManager.default.fileExists(atPath: path) {
      throw ValidationError(
        "\(path): is there already; --overwrite replaces it, --output names another.")
    }
    KernelRestart.restartIfWorthwhile()
    let checkpoint = try Checkpoint<GAN>(path: CheckpointPath.find(source))
    let configuration = checkpoint.configuration
    guard let generator = try checkpoint.network("generator") else { return }
    let seed = seed ?? configuration.seed
    let noise =
      if let interpolate {
        Interpolation.walks(
          between: GAN.sampleNoise(
            seed: seed, count: count / interpolate * 2, latentSize: configuration.latentSize),
          steps: interpolate)
      } else {
        GAN.sampleNoise(seed: seed, count: count, latentSize: configuration.latentSize)
      }
    let grid = SampleGrid(
      GAN.images(by: generator, from: noise), rows: checkpoint.data.rows,
      columns: checkpoint.data.columns,
      imagesPerRow: interpolate ?? Int(Double(count).squareRoot().rounded(.up)))
    try grid.scaled(by: scale).write(to: path)
    try StandardOutput.print(path)
  }
}
