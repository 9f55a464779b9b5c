// swift-tools-version: 6.2

import PackageDescription

// The trainer's loops run in GANLab, and `swift run` builds debug: without -O a debug run would
// be many times slower than a release one. (-wmo besides it would break the link.)
// A square root that may set errno is a branch and a call for each element, and no vector.
var libraryFlags = ["-Xcc", "-fno-math-errno"]

// Vectors as wide as this machine has. A program for other machines is built with
// GAN_TRAIN_PORTABLE=1.
#if os(Linux) && arch(x86_64)
  if Context.environment["GAN_TRAIN_PORTABLE"] == nil {
    libraryFlags += ["-Xcc", "-march=native"]
  }
#endif

var librarySettings: [SwiftSetting] = [
  .unsafeFlags(libraryFlags),
  .unsafeFlags(["-O"], .when(configuration: .debug)),
]
var commandSettings: [SwiftSetting] = []

// scripts/test sets this; a user's newer compiler with a new warning still builds.
if Context.environment["GAN_TRAIN_WARNINGS_AS_ERRORS"] != nil {
  librarySettings.append(.unsafeFlags(["-warnings-as-errors"]))
  commandSettings.append(.unsafeFlags(["-warnings-as-errors"]))
}

let package = Package(
  name: "gan-train",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "GANLab", targets: ["GANLab"]),
    .executable(name: "gan-train", targets: ["gan-train"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // The matrix products.
    .systemLibrary(
      name: "CBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .yum(["openblas-devel"]), .brew(["openblas"])]),
    // Reading gzip-compressed data sets.
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]),
    // Sample grids.
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .yum(["libpng-devel"]), .brew(["libpng"])]),
    // Checksums of data and checkpoints.
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"]), .brew(["openssl@3"])]),

    // The experiment: numerics, networks, data, training, files. Never prints, never exits.
    .target(
      name: "GANLab", dependencies: ["CBLAS", "CZlib", "CPNG", "CCrypto"],
      swiftSettings: librarySettings),
    // The command line and the terminal.
    .executableTarget(
      name: "gan-train",
      dependencies: [
        "GANLab", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: commandSettings, plugins: ["Revision"]),
    // The git revision that the program is built from. (The manifest's own knowledge of it is
    // stale after the next commit: swift-package-manager issue 8202.)
    .plugin(name: "Revision", capability: .buildTool()),

    // Temporary directories and small data sets for both kinds of tests.
    .target(
      name: "TestSupport", dependencies: ["CZlib"], path: "Tests/TestSupport",
      swiftSettings: commandSettings),
    // Units, oracles, gradient checks.
    .testTarget(
      name: "GANLabTests", dependencies: ["GANLab", "TestSupport", "CPNG"],
      resources: [.copy("Oracle")],
      swiftSettings: commandSettings),
    // The built program, run as a user runs it.
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "gan-train", "GANLab", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.copy("Fixtures")],
      swiftSettings: commandSettings),
  ],
  swiftLanguageModes: [.v6]
)
