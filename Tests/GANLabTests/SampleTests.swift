import CPNG
import Foundation
import TestSupport
import Testing

@testable import GANLab

struct SampleTests {
  @Test func `a grid has the images in their places, and the file has the grid`() throws {
    let images: [[UInt8]] = [
      [1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], [13, 14, 15, 16, 17, 18],
    ]
    let grid = SampleGrid(images, rows: 2, columns: 3, imagesPerRow: 2)
    #expect(grid.width == 12)
    #expect(grid.height == 10)
    func pixel(_ row: Int, _ column: Int) -> UInt8 { grid.pixels[row * grid.width + column] }
    #expect([pixel(2, 2), pixel(2, 4), pixel(3, 2)] == [1, 3, 4])
    #expect([pixel(2, 7), pixel(3, 9), pixel(6, 2)] == [7, 12, 13])
    #expect(Set([pixel(0, 0), pixel(2, 5), pixel(4, 2), pixel(6, 7)]) == [64])

    let directory = try TemporaryDirectory()
    let path = directory.path + "/grid.png"
    try grid.write(to: path)
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    try #require(png_image_begin_read_from_file(&image, path) != 0)
    #expect(Int(image.width) == grid.width && Int(image.height) == grid.height)
    image.format = png_uint_32(PNG_FORMAT_GRAY)
    var pixels = [UInt8](repeating: 0, count: grid.pixels.count)
    try #require(png_image_finish_read(&image, nil, &pixels, png_int_32(grid.width), nil) != 0)
    #expect(pixels == grid.pixels)
  }

  @Test func `a walk begins and ends at its noise and keeps to the sphere`() {
    let ends = GAN.sampleNoise(seed: 3, count: 4, latentSize: 100)
    let walks = Interpolation.walks(between: ends, steps: 9)
    #expect(walks.rows == 18)
    func difference(_ a: Matrix, _ b: Matrix) -> Float {
      zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
    }
    #expect(difference(walks.rows(0..<1), ends.rows(0..<1)) < 1e-5)
    #expect(difference(walks.rows(8..<9), ends.rows(1..<2)) < 1e-5)
    #expect(difference(walks.rows(17..<18), ends.rows(3..<4)) < 1e-5)
    func length(_ row: Int) -> Float { walks.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot() }
    // On the way the length goes from the one end's to the other's, and not below both by a third as on
    // a straight line.
    for row in 0..<9 {
      #expect(length(row) > 0.97 * min(length(0), length(8)))
      #expect(length(row) < 1.03 * max(length(0), length(8)))
    }
    // Steps are equal.
    let steps = (0..<8).map { difference(walks.rows($0..<$0 + 1), walks.rows($0 + 1..<$0 + 2)) }
    #expect(steps.allSatisfy { $0 > 0.1 })
  }

  @Test func `a walk between equal vectors stays there`() {
    let ends = Matrix(rows: 2, columns: 3)
    for row in 0..<2 { ends[row, 1] = 2 }
    #expect(Interpolation.walks(between: ends, steps: 3).elements == [0, 2, 0, 0, 2, 0, 0, 2, 0])
  }
}
