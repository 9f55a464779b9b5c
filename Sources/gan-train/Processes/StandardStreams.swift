import Foundation

/// Standard input, output and error when the program begins.
enum StandardStreams {
  /// Takes the place of streams that were closed, so that a run's own files do not get their numbers;
  /// and makes a reader that goes away an error of a write, not the end of a run.
  static func prepare() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(stream, F_GETFD) == -1 {
      // The lowest free number is this one. A closed standard output stays one that cannot be written.
      _ = open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
    signal(SIGPIPE, SIG_IGN)
  }
}
