package io.luciola.blockstore.device;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.FileStatus;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A file or block device, opened and locked for a {@link UringDevice}.
 *
 * @param fd the descriptor, which the owner closes
 * @param sizeBytes usable size, whole blocks
 * @param blockSizeBytes 512 or 4096
 * @param directIo whether the page cache is bypassed
 * @param volatileCache whether completed writes can be lost before a flush
 * @param blockDevice whether it is a block device, and not a regular file
 */
record UringFile(
    int fd,
    long sizeBytes,
    int blockSizeBytes,
    boolean directIo,
    boolean volatileCache,
    boolean blockDevice) {

  private static final int FILE_BLOCK_BYTES = 4096;

  // A ring's files are let go some time after the ring is closed or its process has died, so a
  // restarted process waits a little for its predecessor's lock.
  private static final int CLAIM_ATTEMPTS = 100;
  private static final long CLAIM_RETRY_NS = 20_000_000;

  static UringFile open(Path path) {
    if (!Files.exists(path)) {
      throw new DeviceException(
          path + " does not exist; create a file of the wanted size, or name a block device");
    }
    // On a block device O_EXCL keeps mounted and otherwise claimed ones out.
    int exclusive = Files.isRegularFile(path) ? 0 : Linux.O_EXCL;
    int flags = Linux.O_RDWR | Linux.O_CLOEXEC | exclusive;
    int fd = openClaiming(path, flags | Linux.O_DIRECT);
    boolean directIo = fd >= 0 && acceptsDirectIo(fd);
    if (fd == -Errno.EINVAL || (fd >= 0 && !directIo)) {
      if (fd >= 0) {
        Linux.close(fd);
      }
      fd = openClaiming(path, flags);
    }
    if (fd < 0) {
      throw new DeviceException(whyNotOpened(path, -fd));
    }
    try {
      lock(path, fd);
      return describe(path, fd, directIo);
    } catch (RuntimeException e) {
      Linux.close(fd);
      throw e;
    }
  }

  /** Unlocks and closes. */
  void close() {
    // Said aloud, because a closed ring may hold the file, and so its lock, for a moment.
    Linux.flock(fd, Linux.LOCK_UN);
    Linux.close(fd);
  }

  private static int openClaiming(Path path, int flags) {
    int fd = Linux.open(path.toString(), flags, 0);
    for (int i = 1; fd == -Errno.EBUSY && i < CLAIM_ATTEMPTS; i++) {
      LockSupport.parkNanos(CLAIM_RETRY_NS);
      fd = Linux.open(path.toString(), flags, 0);
    }
    return fd;
  }

  private static boolean acceptsDirectIo(int fd) {
    long page = Memory.allocate(FILE_BLOCK_BYTES);
    try {
      return Linux.pread(fd, page, FILE_BLOCK_BYTES, 0) != -Errno.EINVAL;
    } finally {
      Memory.free(page, FILE_BLOCK_BYTES);
    }
  }

  private static void lock(Path path, int fd) {
    int locked = Linux.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB);
    for (int i = 1; locked == -Errno.EAGAIN && i < CLAIM_ATTEMPTS; i++) {
      LockSupport.parkNanos(CLAIM_RETRY_NS);
      locked = Linux.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB);
    }
    if (locked == -Errno.EAGAIN) {
      throw new DeviceException(
          path
              + " is already open, in this or another process (it holds the lock); 'fuser -v "
              + path
              + "' shows which");
    }
    if (locked < 0) {
      throw new DeviceException("Cannot lock " + path + ": " + Errno.describe(-locked));
    }
  }

  private static UringFile describe(Path path, int fd, boolean directIo) {
    FileStatus status = FileStatus.of(fd);
    if (!status.isRegularFile() && !status.isBlockDevice()) {
      throw new DeviceException(path + " is neither a regular file nor a block device");
    }
    int blockSizeBytes = status.isBlockDevice() ? status.blockSizeBytes() : FILE_BLOCK_BYTES;
    if (blockSizeBytes != 512 && blockSizeBytes != 4096) {
      throw new DeviceException(
          path + " has sectors of " + blockSizeBytes + " bytes; Luciola knows 512 and 4096");
    }
    long sizeBytes = status.sizeBytes() / FILE_BLOCK_BYTES * FILE_BLOCK_BYTES;
    if (sizeBytes == 0) {
      throw new DeviceException(
          path + " is smaller than one block of 4 KiB; preallocate it with the wanted size");
    }
    boolean writeThrough = status.isBlockDevice() && directIo && isWriteThrough(status);
    return new UringFile(
        fd, sizeBytes, blockSizeBytes, directIo, !writeThrough, status.isBlockDevice());
  }

  /** What the kernel says of the disk; whatever is not clearly write-through counts as cached. */
  private static boolean isWriteThrough(FileStatus status) {
    String device = "/sys/dev/block/" + status.deviceMajor() + ":" + status.deviceMinor();
    for (String place : new String[] {"/queue/write_cache", "/../queue/write_cache"}) {
      Path setting = Path.of(device + place);
      try {
        if (Files.exists(setting)) {
          return Files.readString(setting).strip().equals("write through");
        }
      } catch (IOException e) {
        return false;
      }
    }
    return false;
  }

  private static String whyNotOpened(Path path, int errno) {
    String what = "Cannot open " + path + ": " + Errno.describe(errno);
    return switch (errno) {
      case Errno.EBUSY -> what + "; it is mounted or claimed, lsblk shows by what";
      case Errno.EACCES, Errno.EPERM ->
          what + "; the user of this process needs to read and write it";
      case Errno.EISDIR -> what + "; name a file in it";
      default -> what;
    };
  }
}
