package io.luciola.blockstore.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/**
 * What an open descriptor refers to.
 *
 * @param mode type and permission bits
 * @param sizeBytes length of a file, or size of a block device
 * @param deviceNumber of a block device: major and minor number as the kernel packs them; else 0
 * @param blockSizeBytes preferred I/O size of a file, or logical sector size of a block device
 */
public record FileStatus(int mode, long deviceNumber, long sizeBytes, int blockSizeBytes) {

  private static final int TYPE_MASK = 0xF000;
  private static final int REGULAR = 0x8000;
  private static final int BLOCK_DEVICE = 0x6000;
  private static final int DIRECTORY = 0x4000;

  private static final int MODE_OFFSET = 24;
  private static final int RDEV_OFFSET = 40;
  private static final int SIZE_OFFSET = 48;
  private static final int BLKSIZE_OFFSET = 56;

  /**
   * Asks the kernel.
   *
   * @throws IllegalStateException when it refuses, with the errno in words
   */
  public static FileStatus of(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      long stat = arena.allocate(Linux.STAT_BYTES, Long.BYTES).address();
      check("fstat", fd, Linux.fstat(fd, stat));
      int mode = Memory.getInt(stat + MODE_OFFSET);
      if ((mode & TYPE_MASK) != BLOCK_DEVICE) {
        return new FileStatus(
            mode,
            0,
            Memory.getLong(stat + SIZE_OFFSET),
            (int) Memory.getLong(stat + BLKSIZE_OFFSET));
      }
      long value = arena.allocate(ValueLayout.JAVA_LONG).address();
      check("ioctl BLKGETSIZE64", fd, Linux.ioctl(fd, Linux.BLKGETSIZE64, value));
      long sizeBytes = Memory.getLong(value);
      check("ioctl BLKSSZGET", fd, Linux.ioctl(fd, Linux.BLKSSZGET, value));
      return new FileStatus(
          mode, Memory.getLong(stat + RDEV_OFFSET), sizeBytes, Memory.getInt(value));
    }
  }

  /** Whether it is a regular file. */
  public boolean isRegularFile() {
    return (mode & TYPE_MASK) == REGULAR;
  }

  /** Whether it is a block device. */
  public boolean isBlockDevice() {
    return (mode & TYPE_MASK) == BLOCK_DEVICE;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (mode & TYPE_MASK) == DIRECTORY;
  }

  /** Major number of a block device. */
  public int deviceMajor() {
    return (int) ((deviceNumber >>> 8) & 0xFFF);
  }

  /** Minor number of a block device. */
  public int deviceMinor() {
    return (int) ((deviceNumber & 0xFF) | ((deviceNumber >>> 12) & 0xFFF00));
  }

  private static void check(String call, int fd, int result) {
    if (result < 0) {
      throw new IllegalStateException(
          call + " of descriptor " + fd + " failed: " + Errno.describe(-result));
    }
  }
}
