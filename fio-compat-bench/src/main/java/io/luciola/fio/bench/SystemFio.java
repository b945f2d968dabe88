package io.luciola.fio.bench;

import io.luciola.cluster.cli.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the system's fio, and installs it from the distribution's packages where it may. */
final class SystemFio {

  private final String searchPath;
  private final boolean root;
  private final Progress progress;
  private final Installer installer;

  /** Runs a command and waits for it. */
  @FunctionalInterface
  interface Installer {
    /** The command's exit code. */
    int run(List<String> command) throws IOException, InterruptedException;
  }

  /**
   * For one look.
   *
   * @param searchPath directories, separated as in PATH
   * @param root whether this process may install packages
   */
  SystemFio(String searchPath, boolean root, Progress progress, Installer installer) {
    this.searchPath = searchPath;
    this.root = root;
    this.progress = progress;
    this.installer = installer;
  }

  /**
   * Where it is.
   *
   * @throws CommandFailure when it is nowhere and cannot be installed; the message says what to do
   */
  Path provide() throws IOException, InterruptedException {
    Path found = find("fio");
    if (found != null) {
      return found;
    }
    Path apt = find("apt-get");
    if (apt == null) {
      throw CommandFailure.usage(
          "the system's fio is not in PATH; install it, it is compared with");
    }
    if (!root) {
      throw CommandFailure.usage(
          "the system's fio is not in PATH, and only root can install it: apt-get install fio");
    }
    List<String> command = List.of(apt.toString(), "install", "-y", "fio");
    progress.say("fio is not in PATH; installing it: %s", String.join(" ", command));
    int exitCode = installer.run(command);
    found = find("fio");
    if (found == null) {
      throw CommandFailure.usage(
          "installing fio ended with exit code " + exitCode + "; install it yourself");
    }
    return found;
  }

  private @Nullable Path find(String program) {
    for (String directory : searchPath.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, program);
      if (!directory.isEmpty() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}
