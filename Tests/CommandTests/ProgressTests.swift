import Foundation
import TestSupport
import Testing

/// What a run tells on a terminal.
struct ProgressTests {
  private let runs: SmallRuns

  init() throws { runs = try SmallRuns() }

  @Test func `on a terminal there is a bar, which is gone at the end`() throws {
    func onTerminal(_ environment: [String: String], _ arguments: String) throws -> String {
      let command =
        "'\(Program.url.path)' \((SmallRuns.options + [arguments]).joined(separator: " "))"
      return try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"), ["script", "-qec", command, "/dev/null"],
        in: runs.directory.path, environment: environment
      ).output
    }
    let text = try onTerminal(["TERM": "xterm"], "--epochs 300 --sample-every 300")
    #expect(text.contains(#/\repoch \d+\/300 .* images\/s  \d+:\d\d left  D loss \d/#))
    // After the last bar the line is erased, and what follows has none.
    let afterBar = try #require(text.components(separatedBy: "left  D loss").last)
    #expect(afterBar.contains("\r\u{1B}[K"))
    #expect(!(try onTerminal(["TERM": "dumb"], "--epochs 50")).contains("\u{1B}"))
    #expect(!(try onTerminal(["TERM": "xterm"], "--epochs 50 --quiet")).contains("\u{1B}"))
    let unicode = ["LC_ALL": "C.UTF-8", "TERM": "xterm"]
    let drawing = "what the generator draws now"
    #expect(try onTerminal(unicode, "--epochs 1").contains(drawing))
    let dumb = ["LC_ALL": "C.UTF-8", "TERM": "dumb"]
    #expect(try !onTerminal(dumb, "--epochs 1").contains(drawing))
    let piped = try Program.run(
      SmallRuns.options + ["--epochs", "50"], in: runs.directory.path, environment: unicode)
    #expect(!piped.errors.contains("\u{1B}") && !piped.errors.contains(drawing))
  }
}
