package io.luciola.fuse.cli;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.fuse.MountException;
import io.luciola.fuse.kernel.MountPoint;
import io.luciola.fuse.kernel.MountTable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a mount away; its process records all lengths and ends. */
@Command(
    name = "umount",
    description = "Unmount a directory where Luciola is mounted.",
    mixinStandardHelpOptions = true)
public final class UmountCommand implements Callable<Integer> {

  private static final long BUSY_WAIT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long BUSY_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);

  @Option(
      names = {"-l", "--lazy"},
      description = "When files are open there, hide it now and end it when they are closed.")
  private boolean lazy;

  @Parameters(paramLabel = "DIR", description = "The directory.")
  private Path directory;

  /** For the command line. */
  @SuppressWarnings("NullAway.Init")
  public UmountCommand() {}

  @Override
  public Integer call() {
    try {
      MountPoint mountPoint = MountPoint.at(directory);
      if (MountTable.at(mountPoint.directory()).filter(MountTable.Entry::isLuciola).isEmpty()) {
        throw CommandFailure.failed(directory + " is not a Luciola mount");
      }
      if (lazy) {
        mountPoint.detach();
      } else if (!unmountWithPatience(mountPoint)) {
        throw CommandFailure.failed(
            directory + " is in use: close what is open there, or use --lazy");
      }
      return 0;
    } catch (MountException failure) {
      throw CommandFailure.failed(failure.getMessage());
    }
  }

  /** What was closed a moment ago may still be on its way out: io_uring lets go of files late. */
  private static boolean unmountWithPatience(MountPoint mountPoint) throws MountException {
    long startNs = System.nanoTime();
    while (!mountPoint.unmount()) {
      if (System.nanoTime() - startNs > BUSY_WAIT_NS) {
        return false;
      }
      LockSupport.parkNanos(BUSY_PAUSE_NS);
    }
    return true;
  }
}
