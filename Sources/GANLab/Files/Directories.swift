import Foundation

/// Makes a directory, and those above it, where they are not there.
///
/// - Throws: ``StorageError`` with the system's reason.
func makeDirectories(_ path: String) throws(StorageError) {
  var isDirectory: ObjCBool = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
    if isDirectory.boolValue { return }
    errno = ENOTDIR
    throw StorageError(path, .cannotBeCreated)
  }
  let parent = parentDirectory(of: path)
  if parent != path { try makeDirectories(parent) }
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
    throw StorageError(path, .cannotBeCreated)
  }
}

/// "a/b" for "a/b/c", "." for "c". (Foundation's own traps on names of one character.)
func parentDirectory(of path: String) -> String {
  let trimmed = path.reversed().drop { $0 == "/" }
  let parent = trimmed.drop { $0 != "/" }
  if parent.isEmpty { return path.hasPrefix("/") ? "/" : "." }
  let text = String(parent.drop { $0 == "/" }.reversed())
  return text.isEmpty ? "/" : text
}

/// Where the program keeps what it can make again: `gan-train` in `$XDG_CACHE_HOME`, or in `~/.cache`; nil
/// without a home.
package func cacheDirectory(environment: [String: String]) -> String? {
  let set = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
  return (set ?? environment["HOME"].map { $0 + "/.cache" }).map { $0 + "/gan-train" }
}
