package io.luciola.fio.bench;

import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory of its own for the files of a benchmark; removed, with all in it, when closed. */
final class Workspace implements AutoCloseable {

  private static final long RESERVE_BYTES = 1L << 30;

  private final Path directory;
  private final BenchOptions options;

  private Workspace(Path directory, BenchOptions options) {
    this.directory = directory;
    this.options = options;
  }

  /**
   * Makes it.
   *
   * @param parent an existing directory on the disk to measure
   * @param assets what will be asked for
   * @throws CommandFailure when the parent is no directory, or has not the space
   */
  static Workspace create(Path parent, BenchOptions options, Collection<Asset> assets)
      throws IOException {
    if (!Files.isDirectory(parent)) {
      throw CommandFailure.usage(parent + " is no directory; name one on the disk to measure");
    }
    long needed = assets.stream().mapToLong(asset -> asset.bytes(options.sizeBytes())).sum();
    long free = Files.getFileStore(parent).getUsableSpace();
    if (needed > 0 && free < needed + RESERVE_BYTES) {
      throw CommandFailure.usage(
          String.format(
              "%s has %d MiB free, %d MiB are needed; take a smaller --size, fewer cases (--only),"
                  + " or another --device",
              parent.toAbsolutePath(), free >> 20, (needed + RESERVE_BYTES) >> 20));
    }
    return new Workspace(Files.createTempDirectory(parent, "luciola-bench-"), options);
  }

  BenchOptions options() {
    return options;
  }

  /** A path in it; nothing is made. */
  Path path(String name) {
    return directory.resolve(name).toAbsolutePath();
  }

  /** The fully written file for the system's fio. */
  Path referenceFile() throws IOException {
    Path file = path("reference");
    if (!Files.exists(file)) {
      WrittenFile.create(file, options.sizeBytes(), options.sizeBytes());
    }
    return file;
  }

  /** A fully written file for an engine; blank where it begins, so that it will be formatted. */
  Path engineFile(Asset asset) throws IOException {
    Path file = path(asset.name());
    if (!Files.exists(file)) {
      WrittenFile.create(file, asset.bytes(options.sizeBytes()), 0);
    }
    return file;
  }

  /** A directory for chunks in files. */
  Path chunkfileDirectory() throws IOException {
    return Files.createDirectories(path("chunkfile"));
  }

  /** Removes everything. */
  @Override
  public void close() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
