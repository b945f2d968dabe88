package io.luciola.fuse.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The same random operations on the mount and on a local directory must have the same results. */
final class LocalDirectoryComparisonTest {

  private static final List<String> NAMES =
      List.of("a", "b", "c", "d/a", "d/b", "d/e/a", "d", "d/e");

  private static Path temporary;
  private static TestMount mount;
  private static int runs;

  @BeforeContainer
  static void mount() throws Exception {
    temporary = Files.createTempDirectory("luciola-comparison");
    mount = new TestMount(temporary, 3);
  }

  @AfterContainer
  static void unmount() throws Exception {
    if (mount != null) {
      mount.close();
    }
    new ProcessBuilder("rm", "-rf", "--one-file-system", temporary.toString()).start().waitFor();
  }

  /**
   * One thing to do.
   *
   * @param offset in the file, where there is one
   * @param length in bytes, also the source of bytes and modes
   */
  record Operation(Kind kind, String name, String other, int offset, int length) {}

  /** Kinds of operations. */
  enum Kind {
    WRITE,
    APPEND,
    TRUNCATE,
    READ,
    MAKE_DIRECTORY,
    DELETE,
    RENAME,
    REPLACE,
    LINK,
    SYMLINK,
    CHMOD
  }

  @Provide
  Arbitrary<List<Operation>> operations() {
    Arbitrary<Integer> offsets = Arbitraries.integers().between(0, 200_000).withoutEdgeCases();
    Arbitrary<Integer> lengths = Arbitraries.integers().between(0, 150_000);
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.of(NAMES),
            Arbitraries.of(NAMES),
            offsets,
            lengths)
        .as(Operation::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(60);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
  void theMountBehavesAsALocalDirectory(@ForAll("operations") List<Operation> operations)
      throws IOException {
    Path here = Files.createDirectory(mount.path("run" + runs));
    Path local = Files.createDirectory(temporary.resolve("run" + runs));
    runs++;
    for (Operation operation : operations) {
      String expected = outcome(local, operation);
      assertEquals(expected, outcome(here, operation), () -> operation.toString());
    }
    assertEquals(tree(local), tree(here));
  }

  private static String outcome(Path root, Operation operation) {
    try {
      return apply(root, operation);
    } catch (FileSystemException failure) {
      return failure.getClass().getSimpleName() + ": " + failure.getReason();
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  private static String apply(Path root, Operation operation) throws IOException {
    Path path = root.resolve(operation.name);
    Path other = root.resolve(operation.other);
    CopyOption[] replace = {StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE};
    return switch (operation.kind) {
      case WRITE -> write(path, operation, false);
      case APPEND -> write(path, operation, true);
      case TRUNCATE -> {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(operation.offset);
          yield "length " + channel.size();
        }
      }
      case READ -> "content " + Arrays.hashCode(Files.readAllBytes(path));
      case MAKE_DIRECTORY -> "made " + (Files.createDirectory(path) != null);
      case DELETE -> {
        Files.delete(path);
        yield "deleted";
      }
      case RENAME -> {
        Files.move(path, other);
        yield "renamed";
      }
      case REPLACE -> {
        Files.move(path, other, replace);
        yield "replaced";
      }
      case LINK -> "linked " + (Files.createLink(other, path) != null);
      case SYMLINK -> "linked " + (Files.createSymbolicLink(other, Path.of("target")) != null);
      case CHMOD -> {
        Files.setPosixFilePermissions(
            path,
            PosixFilePermissions.fromString(operation.length % 2 == 0 ? "rwx------" : "rwxr-x--x"));
        yield "changed";
      }
    };
  }

  private static String write(Path path, Operation operation, boolean append) throws IOException {
    byte[] bytes = new byte[operation.length];
    Arrays.fill(bytes, (byte) (operation.offset + 1));
    var how = append ? StandardOpenOption.APPEND : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.CREATE, how))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int written = 0;
      while (buffer.hasRemaining()) {
        written +=
            append ? channel.write(buffer) : channel.write(buffer, operation.offset + written);
      }
      return "wrote " + written + " of now " + channel.size();
    }
  }

  private static Map<String, String> tree(Path root) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (var paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        tree.put(root.relativize(path).toString(), look(path));
      }
    }
    return tree;
  }

  private static String look(Path path) throws IOException {
    boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    String wanted = directory ? "unix:mode,nlink" : "unix:mode,nlink,size";
    String attributes =
        new TreeMap<>(Files.readAttributes(path, wanted, LinkOption.NOFOLLOW_LINKS)).toString();
    if (directory) {
      return attributes;
    }
    if (Files.isSymbolicLink(path)) {
      return attributes + " to " + Files.readSymbolicLink(path);
    }
    return attributes + " " + Arrays.hashCode(Files.readAllBytes(path));
  }
}
