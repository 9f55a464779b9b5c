/// Images side by side in rows, with lines between, as a PNG file.
package struct SampleGrid {
  /// The width of the lines, in pixels, and their grey.
  private static let (line, grey): (Int, UInt8) = (2, 64)

  /// The width and height of the picture.
  package let width: Int
  package let height: Int
  /// [height, width], 0 … 255.
  package let pixels: [UInt8]

  /// - Parameter images: [images][rows · columns] pixels, 0 … 255, row after row of the grid.
  /// - Parameter imagesPerRow: over 0.
  package init(_ images: [[UInt8]], rows: Int, columns: Int, imagesPerRow: Int) {
    let gridRows = (images.count + imagesPerRow - 1) / imagesPerRow
    width = imagesPerRow * (columns + Self.line) + Self.line
    height = gridRows * (rows + Self.line) + Self.line
    var pixels = [UInt8](repeating: Self.grey, count: width * height)
    for (index, image) in images.enumerated() {
      let top = index / imagesPerRow * (rows + Self.line) + Self.line
      let left = index % imagesPerRow * (columns + Self.line) + Self.line
      for row in 0..<rows {
        let start = (top + row) * width + left
        pixels.replaceSubrange(
          start..<start + columns, with: image[(row * columns)..<((row + 1) * columns)])
      }
    }
    self.pixels = pixels
  }

  /// Each pixel as a square of `factor` by `factor`.
  package func scaled(by factor: Int) -> SampleGrid {
    let wide = width * factor
    var enlarged = [UInt8](repeating: 0, count: wide * height * factor)
    for row in 0..<height * factor {
      for column in 0..<wide {
        enlarged[row * wide + column] = pixels[row / factor * width + column / factor]
      }
    }
    return SampleGrid(width: wide, height: height * factor, pixels: enlarged)
  }

  private init(width: Int, height: Int, pixels: [UInt8]) {
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// - Throws: ``StorageError``.
  package func write(to path: String) throws(StorageError) {
    try AtomicFile.write(PNG.encode(pixels, width: width, height: height), to: path)
  }
}
