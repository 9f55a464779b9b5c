/// What identifies a data set.
public struct DataDescription: Codable, Equatable, Sendable {
  package var images: Int
  /// The height and width of an image.
  package var rows: Int
  package var columns: Int
  /// SHA-256 of all pixels, [images, rows, columns], a byte each.
  package var sha256: String
  /// What a kind of training knows besides that learns labels; else nil.
  package var labels: Labels?

  /// The labels of a data set, and the images that are kept for the test.
  package struct Labels: Codable, Equatable, Sendable {
    /// One more than the greatest label of the training images.
    package var classes: Int
    /// SHA-256 of the training images' labels, a byte each.
    package var sha256: String
    package var testImages: Int
    /// SHA-256 of the test images' pixels and of their labels.
    package var testSha256: String
    package var testLabelsSha256: String
  }

  package init(images: Int, rows: Int, columns: Int, sha256: String) {
    self.images = images
    self.rows = rows
    self.columns = columns
    self.sha256 = sha256
  }

  package var pixelsPerImage: Int { rows * columns }
}
