import ArgumentParser

/// What the user may have meant.
enum Suggestion {
  /// - Parameter arguments: without the program's name.
  /// - Throws: a `ValidationError` where the first argument, or that of `help`, is no subcommand.
  static func checkSubcommand(_ arguments: [String]) throws {
    let names = GANTrain.subcommandNames + ["help"]
    let named = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let named, !named.hasPrefix("-"), !names.contains(named), named != TimeKernels.name
    else { return }
    let nearest = names.min { distance($0, named) < distance($1, named) }
    let hint = nearest.flatMap { distance($0, named) <= 2 ? " Did you mean \($0)?" : nil }
    throw ValidationError(
      "\(named): no such subcommand.\(hint ?? " There are \(names.joined(separator: ", ")).")")
  }

  /// The edits that turn one word into another: letters added, left out, replaced, or two exchanged.
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var rows = [Array(0...b.count)]
    for i in 1..<max(a.count + 1, 1) {
      var row = [i]
      for j in 1..<max(b.count + 1, 1) {
        var least = min(rows[i - 1][j] + 1, row[j - 1] + 1)
        least = min(least, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
          least = min(least, rows[i - 2][j - 2] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
