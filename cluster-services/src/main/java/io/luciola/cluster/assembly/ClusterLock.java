package io.luciola.cluster.assembly;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Held by the process that serves a cluster's directory. The kernel lets go of it when the process
 * ends, however it ends, so that it says what a process id in a file cannot: that number may belong
 * to another process by now.
 */
public final class ClusterLock implements AutoCloseable {

  private final FileChannel channel;

  private ClusterLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock; empty when another process, or this one, has it. */
  static Optional<ClusterLock> tryTake(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new ClusterLock(channel));
      }
    } catch (OverlappingFileLockException ownedByThisProcess) {
      // No different from a lock of another process.
    }
    channel.close();
    return Optional.empty();
  }

  /** Lets go of it. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
