package io.luciola.fio.engine.posix;

import static io.luciola.fio.engine.posix.PosixEngine.check;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.FileStatus;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import java.util.SplittableRandom;

/** Makes a file as large as a job needs it. */
final class FileLayout {

  private static final int BUFFER_BYTES = 1 << 20;

  private FileLayout() {}

  /**
   * Extends the file to the end of the region.
   *
   * @param withContent whether the new part is to be written (a job that reads must not find holes)
   *     or only to be reserved
   */
  static void layOut(FileRegion region, boolean withContent, long seed) throws EngineException {
    int fd =
        check(
            "open",
            region.name(),
            Linux.open(region.name(), Linux.O_RDWR | Linux.O_CREAT | Linux.O_CLOEXEC, 0644));
    try {
      FileStatus status = FileStatus.of(fd);
      long missing = region.endBytes() - status.sizeBytes();
      if (missing <= 0) {
        return;
      }
      if (status.isBlockDevice()) {
        throw new EngineException(
            Errno.ENOSPC,
            region.name()
                + " has "
                + status.sizeBytes()
                + " bytes, "
                + region.endBytes()
                + " are asked for");
      }
      if (withContent) {
        fill(fd, region.name(), status.sizeBytes(), region.endBytes(), seed);
        check("fsync", region.name(), Linux.fsync(fd));
      } else {
        reserve(fd, region.name(), status.sizeBytes(), region.endBytes());
      }
    } finally {
      Linux.close(fd);
    }
  }

  private static void reserve(int fd, String name, long from, long to) throws EngineException {
    int result = Linux.fallocate(fd, 0, from, to - from);
    if (result == -Errno.EOPNOTSUPP) {
      result = Linux.ftruncate(fd, to);
    }
    check("preallocation", name, result);
  }

  private static void fill(int fd, String name, long from, long to, long seed)
      throws EngineException {
    long buffer = Memory.allocate(BUFFER_BYTES);
    try {
      SplittableRandom random = new SplittableRandom(seed);
      long at = from;
      while (at < to) {
        for (int i = 0; i < BUFFER_BYTES; i += Long.BYTES) {
          Memory.putLong(buffer + i, random.nextLong());
        }
        long length = Math.min(BUFFER_BYTES, to - at);
        at += check("write", name, Linux.pwrite(fd, buffer, length, at));
      }
    } finally {
      Memory.free(buffer, BUFFER_BYTES);
    }
  }
}
