/// What can be wrong with a data set on disk. Each description names the file, what was expected and
/// what was found.
public enum DataSetError: Error, Equatable, Sendable {
  case noDirectory(String)
  case notADirectory(String)
  case noFile(directory: String, candidates: [String])
  case unreadable(String, reason: String)
  case webPage(String, expected: String)
  case damagedGzip(String, reason: String)
  case wrongMagic(String, expected: String, found: String)
  case empty(String)
  case absurdSize(String, [Int], limit: String)
  case tooShort(String, promised: Int, found: Int)
  case tooShortCompressed(String, promised: Int, sizeOnDisk: Int)
  case tooLong(String, promised: Int)
  case noLabels(directory: String, candidates: [String])
  case otherSize(directory: String, train: [Int], test: [Int])
  case unknownLabel(directory: String, label: Int, classes: Int)
  case differentCounts(images: String, Int, labels: String, Int)
}

extension DataSetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noDirectory(let path):
      "\(path): no such directory; expected one with IDX files of images."
    case .notADirectory(let path):
      "\(path): not a directory; expected one with IDX files of images."
    case .noFile(let directory, let candidates):
      "\(directory): no images; expected one of the files \(candidates.joined(separator: ", "))."
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)."
    case .webPage(let path, let expected):
      "\(path): a web page, expected magic \(expected). "
        + "A download saved an error page under this name."
    case .damagedGzip(let path, let reason):
      "\(path): damaged gzip, expected a whole compressed file: \(reason)."
    case .wrongMagic(let path, let expected, let found):
      "\(path): magic \(found), expected \(expected)."
    case .empty(let path):
      "\(path): holds no images or labels, expected at least one."
    case .absurdSize(let path, let dimensions, let limit):
      "\(path): the header says \(Self.times(dimensions)), expected \(limit). "
        + "The header is damaged."
    case .tooShort(let path, let promised, let found):
      "\(path): the header promises \(promised) bytes, found \(found). The file is cut short."
    case .tooShortCompressed(let path, let promised, let sizeOnDisk):
      "\(path): the header promises \(promised) bytes, more than \(sizeOnDisk) bytes of gzip can "
        + "hold. The file is damaged."
    case .tooLong(let path, let promised):
      "\(path): the header promises \(promised) bytes, found more. "
        + "The header or the file is damaged."
    case .noLabels(let directory, let candidates):
      "\(directory): no labels, which a classifier learns; expected one of the files "
        + "\(candidates.joined(separator: ", "))."
    case .otherSize(let directory, let train, let test):
      "\(directory): test images of \(Self.times(test)), expected \(Self.times(train)) as the training "
        + "images are."
    case .unknownLabel(let directory, let label, let classes):
      "\(directory): a test image with label \(label), expected one of the \(classes) of the training "
        + "images, from 0."
    case .differentCounts(let images, let imageCount, let labels, let labelCount):
      "\(labels): \(labelCount) labels, expected \(imageCount), one for each image of \(images). "
        + "These files are not of one data set."
    }
  }

  private static func times(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " × ")
  }
}
