package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.fio.engine.EngineException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The files with the slots: group g lies in file g mod 256 ("00" to "FF"), behind the groups that
 * the file has already.
 */
final class SlotFiles implements AutoCloseable {

  private static final int FILES = 256;

  /** Groups up to this size are reserved on the file system; larger ones grow with their use. */
  private static final long MOST_RESERVED_BYTES = 256L << 20;

  private final Path directory;
  private final int slotBytes;
  private final long groupBytes;
  private final int[] fds = new int[FILES];

  SlotFiles(Path directory, int slotBytes) {
    this.directory = directory;
    this.slotBytes = slotBytes;
    this.groupBytes = (long) slotBytes * SlotAllocator.SLOTS_PER_GROUP;
    Arrays.fill(fds, -1);
  }

  /** Descriptor of the file that a slot lies in. */
  int fdOf(int slot) {
    return fds[slot / SlotAllocator.SLOTS_PER_GROUP % FILES];
  }

  /** Where in that file. */
  long offsetOf(int slot) {
    long groupInFile = slot / SlotAllocator.SLOTS_PER_GROUP / FILES;
    return groupInFile * groupBytes + (long) (slot % SlotAllocator.SLOTS_PER_GROUP) * slotBytes;
  }

  /**
   * Makes a group's file and room for the group in it, where they are not there yet.
   *
   * @throws EngineException naming the file and what went wrong
   */
  void provide(int group) throws EngineException {
    int file = group % FILES;
    String name = directory.resolve(String.format(Locale.ROOT, "%02X", file)).toString();
    if (fds[file] < 0) {
      int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_DIRECT | Linux.O_CLOEXEC;
      int fd = Linux.open(name, flags, 0644);
      if (fd == -Errno.EINVAL) {
        throw new EngineException(
            Errno.EINVAL, name + ": ioengine=chunkfile needs a file system with direct I/O");
      }
      fds[file] = check("open", name, fd);
    }
    if (groupBytes <= MOST_RESERVED_BYTES) {
      long offset = group / FILES * groupBytes;
      check("preallocation", name, Linux.fallocate(fds[file], 0, offset, groupBytes));
    }
  }

  /** Makes durable what was written without waiting for it. */
  void sync() throws EngineException {
    for (int fd : fds) {
      if (fd >= 0) {
        check("fdatasync", directory.toString(), Linux.fdatasync(fd));
      }
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < FILES; i++) {
      if (fds[i] >= 0) {
        Linux.close(fds[i]);
        fds[i] = -1;
      }
    }
  }

  private static int check(String call, String name, int result) throws EngineException {
    if (result < 0) {
      throw new EngineException(
          -result, call + " of " + name + " failed: " + Errno.describe(-result));
    }
    return result;
  }
}
