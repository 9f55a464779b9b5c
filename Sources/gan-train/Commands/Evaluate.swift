import ArgumentParser
import Foundation
import GANLab

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge the images that generators draw: how good and how varied they are.",
    discussion: """
      Of each run the latest checkpoint draws images from the same noise, which are held against the \
      test images of the data set, in the features of a classifier that is trained once for each data \
      set. Beside them stand training images in place of generated ones, and untrained generators. \
      Figures compare within one data set, number of images and evaluator only.
      """)

  @Argument(
    help: "Runs, checkpoints, or directories that hold runs.", completion: Completions.runs,
    transform: Path.parse)
  var runs: [String]

  @OptionGroup var data: DataOptions

  @Option(
    parsing: .unconditional,
    help: """
      The images that each generator draws, 10 to 50000 (default: 10000, at most half as many as there \
      are training images).
      """)
  var images: Int?

  @Option(
    parsing: .unconditional,
    help: "For the noise and the choice of training images, a whole number from 0.")
  var noiseSeed: UInt64 = 0

  @Option(parsing: .unconditional, help: "The threads to work on, 1 to 256 (default: all cores).")
  var threads: Int?

  @Option(
    help: ArgumentHelp("Write a table, a row a checkpoint.", valueName: "file"),
    transform: Path.parse)
  var output: String?

  @Flag(help: "Print an array of JSON objects instead, an object a checkpoint.")
  var json = false

  @Flag(
    help: """
      With --json: the seconds that each figure of the training images took, that of getting the \
      real images ready included.
      """)
  var seconds = false

  func validate() throws {
    if runs.isEmpty {
      throw ValidationError("expected a run, a checkpoint, or a directory of runs")
    }
    try check("--images", images, in: 10...50_000)
    try check("--threads", threads, in: 1...256)
    if seconds && !json { throw ValidationError("--seconds needs --json") }
  }

  func run() throws {
    KernelRestart.restartIfWorthwhile()
    let checkpoints = try runs.flatMap(Self.checkpoints)
    let path = try dataPath(checkpoints)
    let training = try TrainingData(directory: path, isLabelled: true)
    try checkSource(of: checkpoints, training, path)
    let stopwatch = Stopwatch()
    let judge = try ImageJudge(
      training, evaluator: JudgeSource.evaluator(training, StandardError.say), count: images,
      threads: threads ?? CPU.usableThreads, stopwatch: stopwatch)

    let reference = try judge.qualityOfTrainingImages(seed: noiseSeed, stopwatch: stopwatch)
    var rows = [
      QualityRow(
        source: "training images", reference, seconds: seconds ? stopwatch.seconds : nil)
    ]
    var untrained: Set<String> = []
    for checkpoint in checkpoints {
      let configuration = checkpoint.configuration
      let (label, seed) = (configuration.initializationLabel, configuration.seed)
      func row(_ source: String, _ generator: MLP, epoch: Int, step: Int) throws -> QualityRow {
        do throws(EvaluationError) {
          return QualityRow(
            source: source, initialization: label, seed: seed, epoch: epoch, step: step,
            try judge.quality(of: generator, noiseSeed: noiseSeed))
        } catch {
          throw StorageError("\(source): \(error)")
        }
      }
      if untrained.insert(label).inserted {
        rows.append(
          try row(
            "untrained", GAN.untrainedGenerator(configuration, training), epoch: 0, step: 0))
      }
      guard let generator = try checkpoint.network("generator") else { continue }
      rows.append(
        try row(
          checkpoint.path, generator, epoch: checkpoint.epochs, step: checkpoint.step))
    }
    let report = QualityReport(rows, judge, noiseSeed: noiseSeed)
    if let output { try report.write(to: output) }
    try StandardOutput.print(
      json ? [report.json()] : report.lines(width: Terminal.width(of: STDOUT_FILENO)))
    if let output { StandardError.say("the table is in \(output)") }
  }

  /// The checkpoints that a path names or holds.
  private static func checkpoints(_ path: String) throws -> [Checkpoint<GAN>] {
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if exists && isDirectory.boolValue && !RunDirectory.holdsRun(path) {
      let held = RunDirectory.files(in: path).map { path + "/" + $0 }
        .filter { RunDirectory.holdsRun($0) }
      guard !held.isEmpty else {
        throw StorageError("\(path): neither a run nor a directory with runs in it.")
      }
      return try held.map { try Checkpoint<GAN>(path: CheckpointPath.find($0)) }
    }
    return [try Checkpoint<GAN>(path: CheckpointPath.find(path))]
  }

  private func dataPath(_ checkpoints: [Checkpoint<GAN>]) throws -> String {
    if let directory = data.directory { return directory }
    for checkpoint in checkpoints {
      let run = URL(fileURLWithPath: checkpoint.path).deletingLastPathComponent().path + "/.."
      if let config = try? RunConfig(path: RunDirectory.configPath(ofRun: run)) {
        return config.dataPath
      }
    }
    return try DataSource.choose(nil).directory
  }

  /// - Throws: ``StorageError`` for a generator of other images than those of the data set.
  private func checkSource(
    of checkpoints: [Checkpoint<GAN>], _ training: TrainingData, _ path: String
  ) throws {
    let images = training.train.makeDescription()
    for checkpoint in checkpoints {
      let own = checkpoint.data
      if data.directory == nil && own.sha256 != images.sha256 {
        throw StorageError(
          "\(checkpoint.path): trained on other images than those in \(path); runs of one data set are "
            + "judged together, or all against that of --data.")
      }
      if own.pixelsPerImage != images.pixelsPerImage {
        throw StorageError(
          "\(checkpoint.path): draws images of \(own.rows) × \(own.columns), \(path) has \(training.train)."
        )
      }
    }
  }
}
