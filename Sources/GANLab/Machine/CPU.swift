import Foundation

/// What this processor can do, and how much of it this process may use.
package struct CPU: Sendable, Equatable {
  package enum Architecture: String, Sendable {
    case x86 = "x86-64"
    case arm64, other
  }

  package var architecture: Architecture
  /// Such as "AMD EPYC 9B45"; empty where the system does not say.
  package var model: String
  /// The kernel's names for the instruction sets, such as "avx2" or "asimddp".
  package var features: Set<String>

  package init(architecture: Architecture, model: String = "", features: Set<String>) {
    self.architecture = architecture
    self.model = model
    self.features = features
  }

  /// Reads the text of Linux's `/proc/cpuinfo`; of several processors the first.
  init(architecture: Architecture, cpuinfo: String) {
    func value(of name: String) -> Substring? {
      for line in cpuinfo.split(separator: "\n") {
        guard let colon = line.firstIndex(of: ":") else { continue }
        if line[..<colon].filter({ $0 != "\t" }) == name { return line[colon...].dropFirst(2) }
      }
      return nil
    }
    let features = value(of: "flags") ?? value(of: "Features") ?? ""
    self.init(
      architecture: architecture, model: String(value(of: "model name") ?? ""),
      features: Set(features.split(separator: " ").map(String.init)))
  }

  /// This machine's; without features where there is no `/proc/cpuinfo`.
  package static func current() -> CPU {
    CPU(
      architecture: architectureOfThisBuild,
      cpuinfo: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")
  }

  private static var architectureOfThisBuild: Architecture {
    #if arch(x86_64)
      .x86
    #elseif arch(arm64)
      .arm64
    #else
      .other
    #endif
  }

  /// The processors this process may run on.
  package static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The processors' worth of time that the control group allows, nil for no limit.
  package static func quota() -> Double? {
    quota(root: "/sys/fs/cgroup", membership: contents(of: "/proc/self/cgroup"))
  }

  /// The smallest limit on the way from `root` to the group that `membership`, the text of
  /// `/proc/self/cgroup`, names; control groups of version 2, or version 1 mounted as usual.
  static func quota(root: String, membership: String) -> Double? {
    var limits: [Double] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isVersion2 = fields[0] == "0"
      guard isVersion2 || fields[1].split(separator: ",").contains("cpu") else { continue }
      var directory = isVersion2 ? root : root + "/cpu"
      let ancestors: [Substring] = [""] + fields[2].split(separator: "/")
      for component in ancestors {
        if !component.isEmpty { directory += "/" + component }
        if isVersion2 {
          // "max 100000" or "150000 100000"
          limits += limit(contents(of: directory + "/cpu.max"))
        } else {
          limits += limit(
            contents(of: directory + "/cpu.cfs_quota_us") + " "
              + contents(of: directory + "/cpu.cfs_period_us"))
        }
      }
    }
    return limits.min()
  }

  /// "quota period" in microseconds as processors; empty for no limit.
  private static func limit(_ text: String) -> [Double] {
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return [] }
    return [numbers[0] / numbers[1]]
  }

  private static func contents(of path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// As many threads as this machine's cores and this process's quota allow.
  package static var usableThreads: Int { usableThreads(cores: coreCount, quota: quota()) }

  /// As many threads as the cores and the quota allow, at least one.
  package static func usableThreads(cores: Int, quota: Double?) -> Int {
    max(1, min(cores, quota.map { Int($0.rounded()) } ?? cores))
  }
}
