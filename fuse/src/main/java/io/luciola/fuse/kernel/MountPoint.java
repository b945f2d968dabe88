package io.luciola.fuse.kernel;

import static io.luciola.blockstore.linux.Errno.EACCES;
import static io.luciola.blockstore.linux.Errno.EBUSY;
import static io.luciola.blockstore.linux.Errno.ECONNABORTED;
import static io.luciola.blockstore.linux.Errno.EINVAL;
import static io.luciola.blockstore.linux.Errno.ENOENT;
import static io.luciola.blockstore.linux.Errno.ENOTCONN;
import static io.luciola.blockstore.linux.Errno.ENOTDIR;
import static io.luciola.blockstore.linux.Errno.EPERM;

import io.luciola.blockstore.linux.CString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Linux;
import io.luciola.fuse.MountException;
import io.luciola.fuse.MountOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory where a file system is mounted. */
public final class MountPoint {

  private static final Logger LOG = LoggerFactory.getLogger(MountPoint.class);

  private static final long MS_RDONLY = 1;

  private final Path directory;

  private MountPoint(Path directory) {
    this.directory = directory;
  }

  /**
   * A directory, which may hold a dead mount.
   *
   * @throws MountException when the way to it does not exist
   */
  public static MountPoint at(Path directory) throws MountException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new MountException("nothing can be mounted at " + absolute);
    }
    try {
      Path name = absolute.getFileName();
      Path real = parent.toRealPath().resolve(name);
      return new MountPoint(isDead(real) ? real : real.toRealPath());
    } catch (IOException failure) {
      throw new MountException("no directory at " + absolute, failure);
    }
  }

  /** The directory without symbolic links. */
  public Path directory() {
    return directory;
  }

  /**
   * Makes sure that the directory can be mounted on: takes a dead mount of ours away.
   *
   * @throws MountException when it is no directory, or something else is in the way
   */
  void prepare() throws MountException {
    Optional<MountTable.Entry> mounted = MountTable.at(directory);
    if (isDead(directory)) {
      if (mounted.isEmpty() || !mounted.get().isLuciola()) {
        throw new MountException(
            directory + " is a dead mount of another kind: unmount it with 'umount -l'");
      }
      LOG.info("taking the dead mount at {} away", directory);
      detach();
      return;
    }
    if (mounted.isPresent() && mounted.get().isLuciola()) {
      throw new MountException(directory + " is mounted already, from " + mounted.get().source());
    }
    int fd = Linux.open(directory.toString(), openFlags(), 0);
    if (fd < 0) {
      throw new MountException(
          switch (-fd) {
            case ENOENT -> directory + " does not exist";
            case ENOTDIR -> directory + " is not a directory";
            default -> "opening " + directory + ": " + Errno.describe(-fd);
          });
    }
    DeviceFile.close(fd);
  }

  /** Mounts a connection here; needs CAP_SYS_ADMIN. */
  void mount(int deviceFd, MountOptions options) throws MountException {
    String data =
        "fd="
            + deviceFd
            + ",rootmode=40000,user_id="
            + Linux.getuid()
            + ",group_id="
            + Linux.getgid()
            + ",default_permissions,allow_other,max_read="
            + options.maxReadBytes();
    long flags = Linux.MS_NOSUID | Linux.MS_NODEV | (options.readOnly() ? MS_RDONLY : 0);
    int result;
    try (Arena arena = Arena.ofConfined()) {
      result =
          Linux.mount(
              CString.in(arena, options.source()),
              CString.in(arena, directory.toString()),
              CString.in(arena, MountTable.TYPE),
              flags,
              CString.in(arena, data));
    }
    if (result == -EPERM || result == -EACCES) {
      throw new MountException("mounting needs root (CAP_SYS_ADMIN)");
    }
    if (result < 0) {
      throw new MountException("mounting at " + directory + ": " + Errno.describe(-result));
    }
  }

  /**
   * Takes the mount away, unless files in it are open.
   *
   * @return false when it is in use
   * @throws MountException when the kernel refuses
   */
  public boolean unmount() throws MountException {
    int result = umount(0);
    if (result != -EBUSY) {
      requireGone(result);
    }
    return result != -EBUSY;
  }

  /**
   * Takes the mount out of the name space at once; it ends when its last file is closed.
   *
   * @throws MountException when the kernel refuses
   */
  public void detach() throws MountException {
    requireGone(umount(Linux.MNT_DETACH));
  }

  private void requireGone(int result) throws MountException {
    if (result == -EPERM) {
      throw new MountException("unmounting needs root (CAP_SYS_ADMIN)");
    }
    // EINVAL: nothing is mounted there any more.
    if (result < 0 && result != -EINVAL && result != -ENOENT) {
      throw new MountException("unmounting " + directory + ": " + Errno.describe(-result));
    }
  }

  private int umount(int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return Linux.umount2(CString.in(arena, directory.toString()), flags);
    }
  }

  private static boolean isDead(Path directory) {
    int fd = Linux.open(directory.toString(), openFlags(), 0);
    if (fd >= 0) {
      DeviceFile.close(fd);
    }
    return fd == -ENOTCONN || fd == -ECONNABORTED;
  }

  private static int openFlags() {
    return Linux.O_RDONLY | Linux.O_DIRECTORY | Linux.O_CLOEXEC;
  }
}
