import Foundation

/// A file that appears whole or not at all: it is written under another name, brought to the disk
/// (`fsync`) and renamed. A file that was there before stays until then.
struct AtomicFile: ~Copyable {
  /// What an unfinished file's name ends in.
  static let unfinished = ".unfinished"

  private let path: String
  private let descriptor: Int32

  /// Writes the file at `path` by what `body` writes.
  ///
  /// - Throws: ``StorageError``; then there is no unfinished file left either.
  static func write(
    to path: String, _ body: (borrowing AtomicFile) throws(StorageError) -> Void
  ) throws(StorageError) {
    let file = try AtomicFile(path)
    do throws(StorageError) {
      try body(file)
      try file.finish()
    } catch {
      unlink(path + unfinished)
      throw error
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
    try write(to: path) { (file) throws(StorageError) in try file.write(bytes) }
  }

  private init(_ path: String) throws(StorageError) {
    self.path = path
    descriptor = open(path + Self.unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw StorageError(path, .cannotBeWritten) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ bytes: [UInt8]) throws(StorageError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(StorageError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    var rest = bytes
    while !rest.isEmpty {
      // The C function; this type has methods of the same name.
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw StorageError(path, .cannotBeWritten) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private func finish() throws(StorageError) {
    guard fsync(descriptor) == 0, rename(path + Self.unfinished, path) == 0 else {
      throw StorageError(path, .cannotBeWritten)
    }
    // The new name must reach the disk too; where a file system does not do this for
    // directories, nothing is lost but that certainty.
    let parent = open(parentDirectory(of: path), O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }
}
