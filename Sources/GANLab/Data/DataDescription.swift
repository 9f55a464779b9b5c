/// What identifies a data set.
public struct DataDescription: Codable, Equatable, Sendable {
  package var images: Int
  /// The height and width of an image.
  package var rows: Int
  package var columns: Int
  /// SHA-256 of all pixels, [images, rows, columns], a byte each.
  package var sha256: String

  package init(images: Int, rows: Int, columns: Int, sha256: String) {
    self.images = images
    self.rows = rows
    self.columns = columns
    self.sha256 = sha256
  }

  package var pixelsPerImage: Int { rows * columns }
}
