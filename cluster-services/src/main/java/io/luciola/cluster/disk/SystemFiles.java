package io.luciola.cluster.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine's {@code /sys}, {@code /proc}, {@code /dev} and {@code /etc}, below a root directory.
 *
 * <p>Paths are absolute as the machine knows them, for example {@code /sys/block}. Not for several
 * threads at once.
 */
public class SystemFiles {

  private final Path root;

  /**
   * The files below a directory.
   *
   * @param root {@code /} for this machine
   */
  public SystemFiles(Path root) {
    this.root = root;
  }

  /** Where a path of the machine lies. */
  protected final Path locate(String path) {
    return root.resolve(path.substring(1));
  }

  /** Whether there is something at a path; links are followed. */
  public boolean exists(String path) {
    return Files.exists(locate(path));
  }

  /**
   * A value that describes something, without surrounding blanks. Empty when the kernel does not
   * tell it: the attribute does not exist, may not be read, or its device has just gone.
   */
  public Optional<String> attribute(String path) {
    try {
      return Optional.of(Files.readString(locate(path), UTF_8).strip());
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  /** A whole number that describes something; empty as with {@link #attribute}. */
  public Optional<Long> number(String path) {
    return attribute(path).filter(text -> text.matches("-?\\d{1,18}")).map(Long::valueOf);
  }

  /**
   * The lines of a table on which safety depends; none when this kernel has no such table.
   *
   * @throws UncheckedIOException when it is there and cannot be read
   */
  public List<String> table(String path) {
    try {
      return Files.readString(locate(path), UTF_8).lines().toList();
    } catch (NoSuchFileException absent) {
      return List.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(path + " cannot be read: " + failure.getMessage(), failure);
    }
  }

  /**
   * The names in a directory, sorted; none when it is absent or may not be read.
   *
   * @throws UncheckedIOException when reading it fails otherwise
   */
  public List<String> names(String directory) {
    Path place = locate(directory);
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(place)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException | AccessDeniedException unknown) {
      return List.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(
          directory + " cannot be listed: " + failure.getMessage(), failure);
    }
  }

  /** What a symbolic link says; empty when there is none or it may not be read. */
  public Optional<String> link(String path) {
    try {
      return Optional.of(Files.readSymbolicLink(locate(path)).toString());
    } catch (NotLinkException | NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException unknown) {
      // A process's open files, when they are not ours to see or it has just ended.
      return Optional.empty();
    }
  }

  /** The last name in what a symbolic link says. */
  public Optional<String> linkName(String path) {
    return link(path).map(target -> target.substring(target.lastIndexOf('/') + 1));
  }

  /** A path with all symbolic links followed; the path itself where nothing is there. */
  public String realPath(String path) {
    try {
      return "/" + root.toRealPath().relativize(locate(path).toRealPath());
    } catch (IOException absent) {
      return path;
    }
  }

  /** The permission bits of a file, {@code 01777} for example; empty when it is absent. */
  public Optional<Integer> mode(String path) {
    try {
      return Optional.of((Integer) Files.getAttribute(locate(path), "unix:mode") & 07777);
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** Whether somebody in the kernel or a process has claimed a block device for itself alone. */
  public boolean isHeldExclusively(String devicePath) {
    int flags = Linux.O_RDONLY | Linux.O_EXCL | Linux.O_CLOEXEC | Linux.O_NONBLOCK;
    int fd = Linux.open(locate(devicePath).toString(), flags, 0);
    if (fd >= 0) {
      Linux.close(fd);
    }
    return fd == -Errno.EBUSY;
  }

  /** Writes a line into an existing file of the kernel's, in one system call. */
  public void writeAttribute(String path, String text) throws IOException {
    Files.write(
        locate(path),
        (text + "\n").getBytes(UTF_8),
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Creates a file or replaces its content. */
  public void writeFile(String path, String content) throws IOException {
    Files.writeString(locate(path), content, UTF_8);
  }

  /** Removes a file; it need not be there. */
  public void deleteFile(String path) throws IOException {
    Files.deleteIfExists(locate(path));
  }

  /** Creates a directory and those above it. */
  public void createDirectory(String path) throws IOException {
    Files.createDirectories(locate(path));
  }
}
