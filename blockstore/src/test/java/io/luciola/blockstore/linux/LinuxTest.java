package io.luciola.blockstore.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxTest {

  @TempDir Path directory;

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void closeArena() {
    arena.close();
  }

  @Test
  void writesAndReadsFiles() throws IOException {
    Path path = directory.resolve("file");
    long text = CString.in(arena, "firefly");
    long in = arena.allocate(64).address();

    int fd = Linux.open(path.toString(), Linux.O_RDWR | Linux.O_CREAT | Linux.O_CLOEXEC, 0600);
    assertTrue(fd >= 0);
    assertEquals(7, Linux.write(fd, text, 7));
    assertEquals(3, Linux.pwrite(fd, text, 3, 7));
    assertEquals(0, Linux.fsync(fd));
    assertEquals(0, Linux.fdatasync(fd));
    assertEquals(10, Linux.pread(fd, in, 64, 0));
    assertEquals(3, Linux.read(fd, in, 64), "pwrite and pread leave the position alone");
    assertEquals(0, Linux.read(fd, in, 64));
    assertEquals(0, Linux.close(fd));

    assertEquals("fireflyfir", Files.readString(path));
  }

  @Test
  void readsAndWritesPieces() {
    long text = CString.in(arena, "abcdef");
    long pieces = arena.allocate(32, 8).address();
    Memory.putLong(pieces, text + 3);
    Memory.putLong(pieces + 8, 3);
    Memory.putLong(pieces + 16, text);
    Memory.putLong(pieces + 24, 2);
    long in = arena.allocate(16).address();

    int fd = open("pieces");
    assertEquals(5, Linux.writev(fd, pieces, 2));
    assertEquals(5, Linux.pread(fd, in, 16, 0));
    assertEquals("defab", CString.at(in, 5));
    Linux.close(fd);
    Memory.fill(text, 6, (byte) 'x');
    int again = open("pieces");
    assertEquals(5, Linux.readv(again, pieces, 2));
    assertEquals("abxdef", CString.at(text, 6));
    Linux.close(again);
  }

  @Test
  void answersWithNegativeErrnos() {
    assertEquals(-Errno.ENOENT, Linux.open(directory + "/absent", Linux.O_RDONLY, 0));
    assertEquals(-Errno.EBADF, Linux.close(-1));
    assertEquals(-Errno.EBADF, Linux.read(-1, 0, 1));
    assertEquals(-Errno.EISDIR, Linux.open(directory.toString(), Linux.O_RDWR, 0));
    assertEquals(-Errno.EINVAL, Linux.munmap(1, 1));
    assertEquals(-Errno.EBADF, Linux.ioUringEnter(-1, 0, 0, 0));
  }

  @Test
  void errnosComeInWords() {
    assertEquals("ENOSPC", Errno.name(Errno.ENOSPC));
    assertEquals("ENOSPC: no space left on device", Errno.describe(28));
    assertEquals("errno 4711", Errno.describe(4711));
    assertEquals("errno 4711", Errno.name(4711));
  }

  @Test
  void knowsWhatADescriptorRefersTo() {
    int fd = open("status");
    assertEquals(0, Linux.ftruncate(fd, 12_345));
    FileStatus status = FileStatus.of(fd);
    assertTrue(status.isRegularFile());
    assertEquals(12_345, status.sizeBytes());
    assertTrue(status.blockSizeBytes() > 0);
    assertEquals(0, Linux.fallocate(fd, 0, 0, 1 << 20));
    assertEquals(1 << 20, FileStatus.of(fd).sizeBytes());
    Linux.close(fd);

    int dir = Linux.open(directory.toString(), Linux.O_RDONLY | Linux.O_DIRECTORY, 0);
    assertTrue(FileStatus.of(dir).isDirectory());
    Linux.close(dir);
    String message =
        assertThrows(IllegalStateException.class, () -> FileStatus.of(-1)).getMessage();
    assertTrue(message.contains("EBADF"), message);
  }

  @Test
  void locksExcludeOtherOpenings() {
    int one = open("lock");
    int other = open("lock");
    assertEquals(0, Linux.flock(one, Linux.LOCK_EX | Linux.LOCK_NB));
    assertEquals(-Errno.EAGAIN, Linux.flock(other, Linux.LOCK_EX | Linux.LOCK_NB));
    assertEquals(0, Linux.flock(one, Linux.LOCK_UN));
    assertEquals(0, Linux.flock(other, Linux.LOCK_EX | Linux.LOCK_NB));
    Linux.close(one);
    Linux.close(other);
  }

  @Test
  void mapsFiles() {
    int fd = open("mapped");
    Linux.ftruncate(fd, 4096);
    long map = Linux.mmap(0, 4096, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, fd, 0);
    assertTrue(map > 0);
    Memory.putInt(map, 42);
    long in = arena.allocate(4, 4).address();
    assertEquals(4, Linux.pread(fd, in, 4, 0));
    assertEquals(42, Memory.getInt(in));
    assertEquals(0, Linux.madvise(map, 4096, Linux.MADV_DONTNEED));
    assertEquals(0, Linux.munmap(map, 4096));
    Linux.close(fd);
  }

  @Test
  void aProcessThatIsThereCanBeAsked() {
    assertEquals(0, Linux.kill((int) ProcessHandle.current().pid(), 0));
    assertTrue(Linux.getuid() >= 0);
    assertTrue(Linux.getgid() >= 0);
  }

  private int open(String name) {
    int fd =
        Linux.open(
            directory.resolve(name).toString(),
            Linux.O_RDWR | Linux.O_CREAT | Linux.O_CLOEXEC,
            0600);
    assertTrue(fd >= 0);
    return fd;
  }
}
