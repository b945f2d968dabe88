package io.luciola.fio.engine.posix;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.FileStatus;
import io.luciola.blockstore.linux.Linux;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.JobSpec.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files and block devices of this machine. {@code posix} takes io_uring when more than one I/O is
 * to be in flight and plain calls otherwise; fio's own names for the one or the other choose it.
 */
public final class PosixEngine implements IoEngine {

  private static final List<String> PLAIN = List.of("psync", "sync", "pvsync");
  private static final int O_SYNC = 0x101000;

  /** For the service loader. */
  public PosixEngine() {}

  @Override
  public List<String> names() {
    return List.of("posix", "psync", "sync", "pvsync", "io_uring", "libaio");
  }

  @Override
  public void check(JobSpec job) {
    if (job.durability().direct() && job.access().leastBlockBytes() % 512 != 0) {
      throw job.error("direct=1 needs block sizes that are multiples of 512");
    }
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) throws EngineException {
    int fd = Linux.open(fileName, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
    if (fd == -Errno.ENOENT) {
      return -1;
    }
    check("open", fileName, fd);
    try {
      return FileStatus.of(fd).sizeBytes();
    } finally {
      Linux.close(fd);
    }
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) throws EngineException {
    for (FileRegion region : files) {
      FileLayout.layOut(region, job.access().reads(), job.random().seed());
    }
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    int[] fds = new int[files.size()];
    int opened = 0;
    try {
      for (; opened < fds.length; opened++) {
        fds[opened] = openFile(job, files.get(opened));
      }
      boolean plain =
          PLAIN.contains(job.engine())
              || (job.engine().equals("posix") && job.depth().depth() == 1);
      return plain ? new PlainChannel(fds) : new UringChannel(fds, job.depth().depth());
    } catch (EngineException | RuntimeException failed) {
      for (int i = 0; i < opened; i++) {
        Linux.close(fds[i]);
      }
      throw failed;
    }
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) throws EngineException {
    for (FileRegion region : files) {
      try {
        if (Files.isRegularFile(Path.of(region.name()))) {
          Files.delete(Path.of(region.name()));
        }
      } catch (IOException failed) {
        throw new EngineException(Errno.EIO, "unlink of " + region.name() + ": " + failed, failed);
      }
    }
  }

  private static int openFile(JobSpec job, FileRegion region) throws EngineException {
    boolean changes = job.access().writes() || job.access().trims();
    int flags = Linux.O_CLOEXEC | (changes ? Linux.O_RDWR : Linux.O_RDONLY);
    if (job.durability().direct()) {
      flags |= Linux.O_DIRECT;
    }
    if (job.durability().sync() == SyncMode.SYNC) {
      flags |= O_SYNC;
    } else if (job.durability().sync() == SyncMode.DSYNC) {
      flags |= Linux.O_DSYNC;
    }
    int fd = Linux.open(region.name(), flags, 0);
    if (fd == -Errno.EINVAL && job.durability().direct()) {
      throw new EngineException(
          Errno.EINVAL, region.name() + ": this file system does not support direct=1");
    }
    check("open", region.name(), fd);
    if (job.durability().invalidate()) {
      PageCache.drop(fd, region);
    }
    return fd;
  }

  /** Turns a negative result into an exception that names call and file. */
  static int check(String call, String fileName, long result) throws EngineException {
    if (result < 0) {
      int errno = (int) -result;
      throw new EngineException(
          errno, call + " of " + fileName + " failed: " + Errno.describe(errno));
    }
    return (int) result;
  }
}
