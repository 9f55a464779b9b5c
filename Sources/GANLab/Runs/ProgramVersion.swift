/// The version that runs and checkpoints say they were made with.
package let programVersion = "0.2.0"

/// The version of the format of runs: of what config.json and checkpoints hold. Readers take this one
/// and those before it.
///
/// 1: version 0.1.0. 2: keys in snake_case, Adam's ε.
let runFormatVersion = 2
