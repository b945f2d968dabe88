package io.luciola.cluster.kv;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store: {@code LOCK}, {@code log-<first sequence>.wal} and {@code
 * snapshot-<sequence>.kv}, sequences in 16 hexadecimal digits. Holds the lock while open.
 */
final class StoreDirectory implements AutoCloseable {

  private static final Pattern LOG = Pattern.compile("log-([0-9a-f]{16})\\.wal");
  private static final Pattern SNAPSHOT = Pattern.compile("snapshot-([0-9a-f]{16})\\.kv");
  private static final String UNFINISHED = ".tmp";

  private final Path path;
  private final FileChannel lockChannel;

  private StoreDirectory(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /**
   * Makes the directory when it is missing, locks it and removes files that were never finished.
   */
  static StoreDirectory open(Path path) throws IOException {
    Files.createDirectories(path);
    Path lockFile = path.resolve("LOCK");
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (lock(channel) == null) {
      channel.close();
      throw new IOException(
          "the key-value store in "
              + path
              + " is in use by another process (it holds "
              + lockFile
              + "): stop that one or choose another directory");
    }
    StoreDirectory directory = new StoreDirectory(path, channel);
    directory.removeUnfinished();
    return directory;
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private void removeUnfinished() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.filter(f -> f.toString().endsWith(UNFINISHED)).toList()) {
        Files.delete(file);
      }
    }
  }

  Path logFile(long firstSequence) {
    return path.resolve("log-%016x.wal".formatted(firstSequence));
  }

  Path snapshotFile(long sequence) {
    return path.resolve("snapshot-%016x.kv".formatted(sequence));
  }

  /** First sequence to file, in order. */
  NavigableMap<Long, Path> logs() throws IOException {
    return list(LOG);
  }

  /** Sequence to file, in order. */
  NavigableMap<Long, Path> snapshots() throws IOException {
    return list(SNAPSHOT);
  }

  private NavigableMap<Long, Path> list(Pattern name) throws IOException {
    NavigableMap<Long, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Matcher matcher = name.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          found.put(Long.parseUnsignedLong(matcher.group(1), 16), file);
        }
      }
    }
    return found;
  }

  /** The name under which a file is written until {@link #finish} gives it its own. */
  static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + UNFINISHED);
  }

  /** Gives a file that was written and forced its name, durably. */
  void finish(Path file) throws IOException {
    Files.move(
        unfinished(file),
        file,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    force();
  }

  /** Removes snapshots before a sequence and logs that begin before it. */
  void removeBefore(long sequence, long firstLogSequence) throws IOException {
    for (Map.Entry<Long, Path> snapshot : snapshots().headMap(sequence).entrySet()) {
      Files.delete(snapshot.getValue());
    }
    for (Map.Entry<Long, Path> log : logs().headMap(firstLogSequence).entrySet()) {
      Files.delete(log.getValue());
    }
    force();
  }

  private void force() throws IOException {
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    lockChannel.close();
  }
}
