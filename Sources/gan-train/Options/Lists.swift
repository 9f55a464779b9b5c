import ArgumentParser
import GANLab

/// Lists with commas between.
enum Lists {
  /// - Throws: a `ValidationError` that names the initialiser which is wrong or there twice.
  static func initializers(_ text: String) throws -> [Initializer] {
    var initializers: [Initializer] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      do throws(InitializerError) {
        initializers.append(try Initializer(label: String(part)))
      } catch { throw ValidationError("\(error)") }
      let label = initializers[initializers.count - 1].label
      if initializers.dropLast().contains(where: { $0.label == label }) {
        throw ValidationError("\(part): is there twice")
      }
    }
    return initializers
  }

  /// Whole numbers and ranges of them.
  ///
  /// - Throws: a `ValidationError` that names the part which is wrong or there twice.
  static func seeds(_ text: String) throws -> [UInt64] {
    var seeds: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first <= last, last - first < 10_000
      else { throw ValidationError("\(part): expected a seed from 0, or a range such as 0-4") }
      if let seed = seeds.first(where: (first...last).contains) {
        throw ValidationError("\(seed): is there twice")
      }
      seeds += first...last
    }
    return seeds
  }
}
