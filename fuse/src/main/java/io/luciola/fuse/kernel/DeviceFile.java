package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EACCES;
import static io.luciola.blockstore.linux.Errno.ENODEV;
import static io.luciola.blockstore.linux.Errno.ENOENT;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fuse.MountException;
import java.lang.foreign.Arena;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /dev/fuse}: a connection to the kernel, and more descriptors for the same one. */
final class DeviceFile {

  static final String PATH = "/dev/fuse";

  private static final Logger LOG = LoggerFactory.getLogger(DeviceFile.class);

  private static final int FUSE_DEV_IOC_CLONE = 0x8004e500;

  private DeviceFile() {}

  /** A descriptor that waits for its mount. */
  static int open() throws MountException {
    int fd = Linux.open(PATH, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    return switch (-fd) {
      case ENOENT, ENODEV ->
          throw new MountException(
              PATH + " is missing: load the kernel module with 'modprobe fuse'");
      case EACCES ->
          throw new MountException(PATH + " may not be opened by this user: run as root");
      default -> {
        if (fd < 0) {
          throw new MountException("opening " + PATH + ": " + Errno.describe(-fd));
        }
        yield fd;
      }
    };
  }

  /** Another descriptor for the connection of a mounted one. */
  static int cloneOf(int fd) throws MountException {
    int clone = open();
    try (Arena arena = Arena.ofConfined()) {
      long argument = arena.allocate(Integer.BYTES, Integer.BYTES).address();
      Memory.putInt(argument, fd);
      int result = Linux.ioctl(clone, FUSE_DEV_IOC_CLONE, argument);
      if (result < 0) {
        close(clone);
        throw new MountException("cloning " + PATH + ": " + Errno.describe(-result));
      }
    }
    return clone;
  }

  static void close(int fd) {
    int result = Linux.close(fd);
    if (result < 0) {
      LOG.warn("closing {}: {}", PATH, Errno.describe(-result));
    }
  }
}
