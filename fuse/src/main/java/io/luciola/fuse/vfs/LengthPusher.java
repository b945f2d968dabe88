package io.luciola.fuse.vfs;

import io.luciola.blockstore.agent.ThreadEnd;
import java.time.Duration;

/**
 * Tells Meta at regular times how long the files have become that are being written, so that others
 * see them grow and a crash of this client hides little.
 */
public final class LengthPusher implements AutoCloseable {

  /** The usual time between two rounds. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Thread thread;

  /** For a file system, not started yet. */
  public LengthPusher(FileSystem fileSystem, Duration interval) {
    thread = Thread.ofVirtual().name("length-pusher").unstarted(() -> run(fileSystem, interval));
  }

  /** Starts a virtual thread which runs until {@link #close}. */
  public void start() {
    thread.start();
  }

  private static void run(FileSystem fileSystem, Duration interval) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(interval);
      } catch (InterruptedException closed) {
        return;
      }
      fileSystem.pushWrittenLengths();
    }
  }

  /** Ends the thread, after a round that is under way. */
  @Override
  public void close() {
    thread.interrupt();
    ThreadEnd.await(thread);
  }
}
