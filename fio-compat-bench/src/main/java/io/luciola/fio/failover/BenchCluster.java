package io.luciola.fio.failover;

import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Lends a cluster of processes, and takes them and their files away whatever happens. */
final class BenchCluster {

  private BenchCluster() {}

  /** What is done with it. */
  @FunctionalInterface
  interface Use<T> {
    T with(ProcessCluster cluster) throws IOException, InterruptedException;
  }

  /**
   * Starts a cluster with its files in a new directory, and removes all at the end, also of this
   * process.
   *
   * @param parent an existing directory
   * @throws CommandFailure when it is none
   */
  static <T> T use(Path parent, String diskSize, Use<T> use)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(parent)) {
      throw CommandFailure.usage(parent + " is no directory; name one for the disk files");
    }
    Path directory = Files.createTempDirectory(parent.toAbsolutePath(), "luciola-bench-");
    ProcessCluster cluster = new ProcessCluster(directory, diskSize);
    Thread interruption = new Thread(() -> takeAway(cluster, directory), "bench-interruption");
    Runtime.getRuntime().addShutdownHook(interruption);
    try {
      cluster.start();
      return use.with(cluster);
    } finally {
      takeAway(cluster, directory);
      removeHook(interruption);
    }
  }

  private static synchronized void takeAway(ProcessCluster cluster, Path directory) {
    cluster.close();
    try {
      for (Path file : contentsFirst(directory)) {
        Files.delete(file);
      }
    } catch (IOException failed) {
      System.err.println("bench: cannot remove all files: " + failed);
    }
  }

  private static List<Path> contentsFirst(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already, and finds nothing left to do.
    }
  }
}
