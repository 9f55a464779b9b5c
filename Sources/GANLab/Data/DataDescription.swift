/// What identifies a data set.
public struct DataDescription: Codable, Equatable, Sendable {
  public var images: Int
  /// The height and width of an image.
  public var rows: Int
  public var columns: Int
  /// SHA-256 of all pixels, [images, rows, columns], a byte each.
  public var sha256: String
}
