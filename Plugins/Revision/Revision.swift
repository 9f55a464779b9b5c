import Foundation
import PackagePlugin

/// Gives the program `let revision: String?`: the commit, with "-dirty" where files have changed
/// since, or nil outside a repository of the package's own.
@main
struct Revision: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) -> [Command] {
    let directory = context.pluginWorkDirectoryURL
    let script = """
      value=nil
      if [ -z "$(git -C "$0" rev-parse --show-prefix 2>&1)" ]; then
          value=\\"$(git -C "$0" describe --always --dirty --abbrev=12 --exclude '*')\\"
      fi
      line="let revision: String? = $value"
      # Written anew it would be compiled anew.
      [ "$line" = "$(cat "$1" 2>/dev/null)" ] || echo "$line" >"$1"
      """
    return [
      .prebuildCommand(
        displayName: "The git revision", executable: URL(filePath: "/bin/sh"),
        arguments: [
          "-c", script, context.package.directoryURL.path,
          directory.appending(path: "Revision.swift").path,
        ], outputFilesDirectory: directory)
    ]
  }
}
