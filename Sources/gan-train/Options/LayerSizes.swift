import ArgumentParser

/// The sizes of hidden layers, such as 256,512,1024.
struct LayerSizes: ExpressibleByArgument {
  static let largest = 16_384
  static let mostLayers = 1000
  let sizes: [Int]

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...Self.mostLayers).contains(sizes.count) else { return nil }
    self.sizes = sizes.compactMap { $0 }.filter { (1...Self.largest).contains($0) }
    if self.sizes.count < sizes.count { return nil }
  }

  static func text(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: ",")
  }
}
