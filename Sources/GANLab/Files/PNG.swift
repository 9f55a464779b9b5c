import CPNG

/// Grey images as PNG files, by libpng's simplified interface.
enum PNG {
  /// - Parameter pixels: [height, width], 0 … 255.
  /// - Precondition: the shape fits; width and height are over 0.
  static func encode(_ pixels: [UInt8], width: Int, height: Int) -> [UInt8] {
    precondition(pixels.count == width * height && width > 0 && height > 0, "\(width) × \(height)")
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_GRAY)
    var size: png_alloc_size_t = 0
    // Without memory to write to, it says how much it needs.
    guard png_image_write_to_memory(&image, nil, &size, 0, pixels, png_int_32(width), nil) != 0
    else { preconditionFailure("libpng refuses \(width) × \(height) pixels") }
    var file = [UInt8](repeating: 0, count: Int(size))
    png_image_write_to_memory(&image, &file, &size, 0, pixels, png_int_32(width), nil)
    return Array(file[..<Int(size)])
  }
}
