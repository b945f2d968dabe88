package io.luciola.blockstore.device;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes the regular files that serve as devices. */
final class DeviceFile {

  private static final int ZEROS_BYTES = 1 << 20;

  private DeviceFile() {}

  /** Makes a new file with all its space reserved, durable with its directory entry, or none. */
  static void create(Path path, long sizeBytes) {
    if (sizeBytes <= 0 || sizeBytes % Memory.PAGE_BYTES != 0) {
      throw new IllegalArgumentException(
          "The size of a device file is a multiple of 4 KiB and not 0, not " + sizeBytes);
    }
    int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL | Linux.O_CLOEXEC;
    int fd = Linux.open(path.toString(), flags, 0600);
    if (fd == -Errno.EEXIST) {
      throw new DeviceException(
          path + " already exists; open it, or remove it if nothing in it is needed");
    }
    if (fd < 0) {
      throw new DeviceException("Cannot create " + path + ": " + Errno.describe(-fd));
    }
    int result = reserve(fd, sizeBytes);
    if (result == 0) {
      result = Linux.fsync(fd);
    }
    Linux.close(fd);
    if (result == 0) {
      result = syncDirectory(path.toAbsolutePath().getParent());
    }
    if (result < 0) {
      remove(path);
      throw new DeviceException(
          "Cannot reserve "
              + ByteSize.format(sizeBytes)
              + " for "
              + path
              + ": "
              + Errno.describe(-result)
              + (result == -Errno.ENOSPC ? "; free space, or choose a smaller size" : ""));
    }
  }

  private static int reserve(int fd, long sizeBytes) {
    int result;
    do {
      result = Linux.fallocate(fd, 0, 0, sizeBytes);
    } while (result == -Errno.EINTR);
    return result == -Errno.EOPNOTSUPP ? writeZeros(fd, sizeBytes) : result;
  }

  private static int writeZeros(int fd, long sizeBytes) {
    long zeros = Memory.allocate(ZEROS_BYTES);
    try {
      long offset = 0;
      while (offset < sizeBytes) {
        long written = Linux.pwrite(fd, zeros, Math.min(ZEROS_BYTES, sizeBytes - offset), offset);
        if (written < 0 && written != -Errno.EINTR) {
          return (int) written;
        }
        offset += Math.max(written, 0);
      }
      return 0;
    } finally {
      Memory.free(zeros, ZEROS_BYTES);
    }
  }

  private static int syncDirectory(Path directory) {
    int fd =
        Linux.open(directory.toString(), Linux.O_RDONLY | Linux.O_DIRECTORY | Linux.O_CLOEXEC, 0);
    if (fd < 0) {
      return fd;
    }
    int result = Linux.fsync(fd);
    Linux.close(fd);
    return result;
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the unfinished " + path, e);
    }
  }
}
