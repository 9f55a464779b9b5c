/// What can be wrong with a data set on disk. Each description names the file, what was expected,
/// what was found and what to do.
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
  case differentCounts(images: String, Int, labels: String, Int)
}

extension DataSetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noDirectory(let path):
      "\(path): no such directory; expected one with IDX files of images. "
        + "scripts/fetch-mnist fetches MNIST into data/mnist."
    case .notADirectory(let path):
      "\(path): not a directory; expected one with IDX files. Give --data the directory."
    case .noFile(let directory, let candidates):
      "\(directory): no images; expected one of the files \(candidates.joined(separator: ", ")). "
        + "scripts/fetch-mnist fetches MNIST into data/mnist."
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason). Check the path and its permissions."
    case .webPage(let path, let expected):
      "\(path): a web page, expected magic \(expected). "
        + "A download saved an error page under this name; \(Self.fetchAgain)"
    case .damagedGzip(let path, let reason):
      "\(path): damaged gzip, expected a whole compressed file: \(reason). \(Self.fetchAgain)"
    case .wrongMagic(let path, let expected, let found):
      "\(path): magic \(found), expected \(expected). Give the file its right name, or \(Self.fetch)"
    case .empty(let path):
      "\(path): holds no images or labels, expected at least one. \(Self.fetchAgain)"
    case .absurdSize(let path, let dimensions, let limit):
      "\(path): the header says \(Self.times(dimensions)), expected \(limit). "
        + "The header is damaged; \(Self.fetchAgain)"
    case .tooShort(let path, let promised, let found):
      "\(path): the header promises \(promised) bytes, found \(found). "
        + "The file is cut short; \(Self.fetchAgain)"
    case .tooShortCompressed(let path, let promised, let sizeOnDisk):
      "\(path): the header promises \(promised) bytes, more than \(sizeOnDisk) bytes of gzip can "
        + "hold. The file is damaged; \(Self.fetchAgain)"
    case .tooLong(let path, let promised):
      "\(path): the header promises \(promised) bytes, found more. "
        + "The header or the file is damaged; \(Self.fetchAgain)"
    case .differentCounts(let images, let imageCount, let labels, let labelCount):
      "\(labels): \(labelCount) labels, expected \(imageCount), one for each image of \(images). "
        + "Put files of one data set together."
    }
  }

  private static let fetch = "fetch the data set again (MNIST: scripts/fetch-mnist)."
  private static let fetchAgain = "delete it and \(fetch)"

  private static func times(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " × ")
  }
}
