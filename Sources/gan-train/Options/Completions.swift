import ArgumentParser
import Foundation
import GANLab

/// What a shell offers for a word that is not finished.
enum Completions {
  /// A run's directory, or one that holds runs: without a slash those in `runs` come first.
  static let runs = CompletionKind.custom { _, _, prefix in
    let inRuns = prefix.contains("/") ? [] : directories("runs/" + prefix)
    return inRuns.filter { holdsRuns($0) } + directories(prefix)
  }

  /// A directory; the data sets that the checkout has come first.
  static let dataSets = CompletionKind.custom { _, _, prefix in
    let known = [DataSource.mnist, DataSource.shippedDigits].filter {
      $0.hasPrefix(prefix) && ImageDataset.exist(in: $0)
    }
    return known + directories(prefix).filter { !known.contains($0) }
  }

  /// Initialisers with commas between; none twice.
  static let initializers = CompletionKind.custom { _, _, prefix in
    let labels = prefix.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let before = labels.dropLast()
    return InitializerLabel.allValueStrings.filter {
      $0.hasPrefix(labels.last ?? "") && !before.contains($0)
    }
    .map { (before + [$0]).joined(separator: ",") }
  }

  private static func holdsRuns(_ path: String) -> Bool {
    RunDirectory.holdsRun(path) || FileManager.default.fileExists(atPath: path + "/compare.json")
  }

  /// The directories whose path begins with `prefix`, but for hidden ones.
  private static func directories(_ prefix: String) -> [String] {
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    let start = prefix.dropFirst(folder.count)
    return RunDirectory.files(in: folder.isEmpty ? "." : folder).filter {
      var isDirectory: ObjCBool = false
      return $0.hasPrefix(start) && (start.hasPrefix(".") || !$0.hasPrefix("."))
        && FileManager.default.fileExists(atPath: folder + $0, isDirectory: &isDirectory)
        && isDirectory.boolValue
    }
    .map { folder + $0 }
  }
}
