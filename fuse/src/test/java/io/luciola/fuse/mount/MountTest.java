package io.luciola.fuse.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class MountTest {

  private static final Random RANDOM = new Random(42);

  @TempDir static Path temporary;
  private TestMount mount;

  @BeforeAll
  void mount() throws Exception {
    mount = new TestMount(temporary, 4);
  }

  @AfterAll
  void unmount() throws Exception {
    if (mount != null) {
      mount.close();
    }
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  @Test
  void aTreeComesBackIdentical() throws Exception {
    Path source = Files.createDirectory(temporary.resolve("tree"));
    for (int i = 0; i < 20; i++) {
      Path directory = Files.createDirectories(source.resolve("d" + i % 4 + "/e" + i % 3));
      Files.write(directory.resolve("f" + i), randomBytes(i * 37_111));
    }
    Files.createSymbolicLink(source.resolve("link"), Path.of("d0/e0/f0"));
    Files.createLink(source.resolve("hard"), source.resolve("d1/e1/f1"));
    mount.bash("cp -a " + source + " copied");
    mount.bash("diff -r " + source + " copied");
    // Times too, to the nanosecond.
    String list = "find . ! -type d -printf '%P %M %T@ %s\\n' | sort";
    assertEquals(mount.bash("cd " + source + " && " + list), mount.bash("cd copied && " + list));
  }

  @Test
  void aLargeFileSurvivesBeingCopied() throws Exception {
    byte[] content = randomBytes(9_000_001);
    Path source = Files.write(temporary.resolve("large"), content);
    mount.bash("cp " + source + " large && cmp " + source + " large");
    assertArrayEquals(content, Files.readAllBytes(mount.path("large")));
  }

  @Test
  void renameReplacesAndExchanges() throws Exception {
    mount.bash(
        """
        mkdir r && cd r
        echo one > a; echo two > b
        mv a b; test "$(cat b)" = one; test ! -e a
        echo three > c; mv -n b c; test "$(cat c)" = three
        mkdir d; mv c d/; test "$(cat d/c)" = three
        mkdir -p x/y; if mv x x/y/ 2>/dev/null; then exit 9; fi
        mv --exchange b d/c 2>/dev/null || true
        """);
    Files.createDirectory(mount.path("full"));
    Files.createFile(mount.path("full/file"));
    assertThrows(FileSystemException.class, () -> Files.delete(mount.path("full")));
  }

  @Test
  void hardLinksShareAnInode() throws Exception {
    Path first = Files.write(mount.path("h1"), "content".getBytes(UTF_8));
    Path second = Files.createLink(mount.path("h2"), first);
    assertEquals(2, Files.getAttribute(first, "unix:nlink"));
    assertEquals(Files.getAttribute(first, "unix:ino"), Files.getAttribute(second, "unix:ino"));
    Files.delete(first);
    assertEquals("content", Files.readString(second));
  }

  @Test
  void symbolicLinksAreFollowedAndMayDangle() throws Exception {
    mount.bash(
        """
        echo x > target; ln -s target good; ln -s nowhere bad
        test "$(cat good)" = x; test "$(readlink bad)" = nowhere; test ! -e bad
        """);
  }

  @Test
  void truncateCutsAndGrowsWithZeros() throws Exception {
    mount.bash(
        """
        head -c 200000 /dev/urandom > t; cp t /tmp/t.$$; trap 'rm /tmp/t.*' EXIT
        for size in 100000 65536 65535 300000 1 0 5000; do
          truncate -s $size t; truncate -s $size /tmp/t.$$; cmp t /tmp/t.$$
          test $(stat -c %s t) = $size
        done
        echo again > t; test "$(cat t)" = again
        """);
  }

  @Test
  void appendsFromManyProcessesAllArrive() throws Exception {
    mount.bash(
        """
        for p in 1 2 3 4; do
          ( for i in $(seq 100); do echo "line $p $i" >> appended; done ) &
        done; wait
        test $(wc -l < appended) = 400
        test $(sort -u appended | wc -l) = 400
        """);
  }

  @Test
  void sparseFilesReadAsZeros() throws Exception {
    Path file = mount.path("sparse");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {7}), 1_000_000);
    }
    byte[] content = Files.readAllBytes(file);
    assertEquals(1_000_001, content.length);
    assertEquals(7, content[1_000_000]);
    content[1_000_000] = 0;
    assertArrayEquals(new byte[1_000_001], content);
  }

  @Test
  void anUnlinkedFileServesThoseWhoHaveItOpen() throws Exception {
    Path file = mount.path("doomed");
    byte[] content = randomBytes(150_000);
    Files.write(file, content);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Files.delete(file);
      assertFalse(Files.exists(file));
      ByteBuffer buffer = ByteBuffer.allocate(content.length);
      while (buffer.hasRemaining() && channel.read(buffer) > 0) {
        assertTrue(buffer.position() > 0);
      }
      assertArrayEquals(content, buffer.array());
    }
  }

  @Test
  void aDirectoryOfThousandsIsListedOnceEach() throws Exception {
    Path directory = Files.createDirectory(mount.path("many"));
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 3000; i++) {
      String name = "entry-with-a-rather-long-name-" + i;
      Files.createFile(directory.resolve(name));
      expected.add(name);
    }
    List<String> listed = new ArrayList<>();
    try (var stream = Files.newDirectoryStream(directory)) {
      stream.forEach(path -> listed.add(path.getFileName().toString()));
    }
    assertEquals(3000, listed.size());
    assertEquals(expected, new TreeSet<>(listed));
    // Deleting while listing must not skip any.
    mount.bash("test $(ls -f many | wc -l) = 3002; rm -r many; test ! -e many");
  }

  @Test
  void modesOwnersAndTimesAreKept() throws Exception {
    Path file = Files.createFile(mount.path("attributes"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x-w---x"));
    assertEquals("r-x-w---x", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    mount.bash(
        """
        chown 1234:4321 attributes; test "$(stat -c %u:%g attributes)" = 1234:4321
        chmod 4711 attributes; test "$(stat -c %a attributes)" = 4711
        touch -d '2001-02-03 04:05:06.123456789 UTC' attributes
        test "$(stat -c %.9Y attributes)" = 981173106.123456789
        touch -d '1960-01-01 00:00:00.5 UTC' attributes
        test "$(stat -c %Y attributes)" -lt 0
        """);
    Files.setLastModifiedTime(file, FileTime.fromMillis(86_400_000));
    assertEquals(86_400_000, Files.getLastModifiedTime(file).toMillis());
  }

  @Test
  void aTimeSetOnAnOpenFileStaysAfterItsClose() throws Exception {
    mount.bash(
        """
        exec 3> timed; echo data >&3; touch -d @1000 timed; exec 3>&-
        test $(stat -c %Y timed) = 1000; test $(stat -c %s timed) = 5
        """);
  }

  @Test
  void writingMovesTheModificationTime() throws Exception {
    mount.bash(
        """
        echo 1 > moved; touch -d @1000 moved; echo 2 >> moved
        test $(stat -c %Y moved) -gt 1000; sleep 1.1; test $(stat -c %Y moved) -gt 1000
        """);
  }

  @Test
  void namesAreBytesUpToTheirLimit() throws Exception {
    mount.bash(
        """
        mkdir names; cd names
        long=$(printf 'n%.0s' $(seq 255)); echo l > $long; test "$(cat $long)" = l
        if echo x > ${long}n 2> /dev/null; then exit 9; fi
        echo ü > 'Grüße 你好'; test "$(cat 'Grüße 你好')" = ü
        name=$'invalid\\xff\\xfe\\x80'; echo raw > "$name"; test "$(cat "$name")" = raw
        test "$(printf '%s\\n' * | grep -ac invalid)" = 1
        mv "$name" $'other\\xc0'; test "$(cat $'other\\xc0')" = raw
        echo nl > $'new\\nline'; test "$(cat $'new\\nline')" = nl
        """);
  }

  @Test
  void spaceIsReported() throws Exception {
    assertEquals(1L << 40, Files.getFileStore(mount.directory).getTotalSpace());
    assertEquals(1L << 39, Files.getFileStore(mount.directory).getUsableSpace());
    assertEquals("fuse.luciola", Files.getFileStore(mount.directory).type());
  }

  @Test
  void aFullClusterIsNoSpaceLeftAndNotAnInputOutputError() throws Exception {
    mount.namespace.setFullFromChunk(3);
    try {
      String said =
          mount.bash("dd if=/dev/zero of=no-room bs=64K count=9 oflag=direct 2>&1 || echo failed");
      assertTrue(said.contains("No space left on device"), said);
      assertTrue(said.contains("failed"), said);
      assertEquals(3 << 16, Files.size(mount.path("no-room")));
    } finally {
      mount.namespace.setFullFromChunk(Long.MAX_VALUE);
    }
  }

  @Test
  void writersOfOneFileDoNotDisturbEachOther() throws Exception {
    mount.bash(
        """
        for i in 0 1 2 3 4 5; do
          head -c 300000 /dev/zero | tr '\\0' "$i" |
            dd of=shared bs=10000 seek=$((i * 30)) conv=notrunc status=none &
        done; wait
        test $(stat -c %s shared) = 1800000
        for i in 0 1 2 3 4 5; do
          test "$(dd if=shared bs=300000 skip=$i count=1 status=none | tr -d $i | wc -c)" = 0
        done
        """);
  }

  @Test
  void directTransfersOfAllSizesArrive() throws Exception {
    mount.bash(
        """
        head -c 8M /dev/urandom > /tmp/d.$$; trap 'rm /tmp/d.*' EXIT
        dd if=/tmp/d.$$ of=direct bs=1M oflag=direct status=none
        cmp direct /tmp/d.$$
        dd if=direct bs=4k iflag=direct status=none | cmp - /tmp/d.$$
        dd if=/tmp/d.$$ of=direct4k bs=4k count=256 oflag=direct status=none
        dd if=direct4k bs=1M iflag=direct status=none | cmp -n 1048576 - /tmp/d.$$
        """);
  }

  @Test
  void specialFilesCanBeMade() throws Exception {
    mount.bash(
        """
        mkfifo pipe; (echo through > pipe &); test "$(cat pipe)" = through
        mknod device c 1 3; test "$(stat -c %F:%t:%T device)" = 'character special file:1:3'
        """);
  }

  @Test
  void whatIsNotThereIsSaidSo() throws Exception {
    assertThrows(NoSuchFileException.class, () -> Files.readString(mount.path("absent")));
    mount.bash(
        """
        touch plain; if fallocate -l 1M plain 2> /dev/null; then exit 9; fi
        if setfattr -n user.x -v y plain 2> /dev/null; then exit 8; fi
        """);
  }

  @Test
  void locksWorkWithinTheMount() throws Exception {
    mount.bash(
        """
        touch lock; exec 3< lock; flock -n 3
        if flock -n lock true; then exit 9; fi
        """);
  }

  @Test
  void aFileCanBeMappedAndWrittenThroughTheMapping() throws Exception {
    mount.bash(
        """
        command -v python3 > /dev/null || exit 0
        head -c 100000 /dev/zero > mapped
        python3 -c '
        import mmap
        with open("mapped", "r+b") as f:
            m = mmap.mmap(f.fileno(), 0); m[70000:70004] = b"here"; m.flush(); m.close()
        '
        test "$(dd if=mapped bs=1 skip=70000 count=4 iflag=direct status=none)" = here
        test $(stat -c %s mapped) = 100000
        """);
  }
}
