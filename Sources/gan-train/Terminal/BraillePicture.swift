import Foundation

/// Images as lines of Braille characters, whose two by four dots each stand for a pixel.
enum BraillePicture {
  /// `images` side by side: [images][rows · columns] pixels, of which those over 127 become dots.
  static func lines(_ images: [[UInt8]], rows: Int, columns: Int) -> [String] {
    stride(from: 0, to: rows, by: 4).map { top in
      images.map { image in
        let characters = stride(from: 0, to: columns, by: 2).map { left in
          character { row, column in
            let (row, column) = (top + row, left + column)
            return row < rows && column < columns && image[row * columns + column] > 127
          }
        }
        return String(characters)
      }.joined(separator: "  ")
    }
  }

  /// The character with the dots that `isSet`, by row 0 … 3 and column 0 … 1.
  private static func character(_ isSet: (Int, Int) -> Bool) -> Character {
    // Unicode numbers the dots 1 2 3 7 down the left, 4 5 6 8 down the right column.
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    var code: UInt32 = 0x2800
    for row in 0..<4 {
      for column in 0..<2 where isSet(row, column) { code |= bits[row][column] }
    }
    // The block U+2800 … U+28FF has a character for each pattern.
    return Unicode.Scalar(code).map(Character.init) ?? " "
  }
}
