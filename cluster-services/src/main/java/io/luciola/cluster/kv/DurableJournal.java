package io.luciola.cluster.kv;

import java.io.IOException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log and snapshots in a directory. When the log has grown enough, a new one is begun and a thread
 * of its own writes a snapshot of what the old ones hold; then they are removed.
 */
final class DurableJournal implements Journal {

  private static final Logger LOG = LoggerFactory.getLogger(DurableJournal.class);

  private final StoreDirectory directory;
  private final RandomGenerator random;
  private final long snapshotAfterLogBytes;
  private LogFile log;
  private long nextSequence;
  private long nextSnapshotAtBytes;
  private Thread snapshotThread = Thread.ofVirtual().unstarted(() -> {});
  private volatile long oldestVersionInUse = Long.MAX_VALUE;

  /** Begins a new log behind what was recovered. */
  DurableJournal(
      StoreDirectory directory,
      long nextSequence,
      long snapshotAfterLogBytes,
      RandomGenerator random)
      throws IOException {
    this.directory = directory;
    this.random = random;
    this.nextSequence = nextSequence;
    this.snapshotAfterLogBytes = snapshotAfterLogBytes;
    this.nextSnapshotAtBytes = snapshotAfterLogBytes;
    this.log = LogFile.create(directory, nextSequence, newSalt());
  }

  private long newSalt() {
    synchronized (random) {
      return random.nextLong();
    }
  }

  @Override
  public void reserve(int bodyBytes) throws IOException {
    log.reserve(bodyBytes);
  }

  @Override
  public void append(GroupBody body) throws IOException {
    log.append(body, nextSequence);
    nextSequence++;
  }

  @Override
  public long oldestVersionInUse() {
    return oldestVersionInUse;
  }

  @Override
  public void published(VersionedMap map, long version) {
    if (log.lengthBytes() < nextSnapshotAtBytes || snapshotThread.isAlive()) {
      return;
    }
    try {
      LogFile newLog = LogFile.create(directory, nextSequence, newSalt());
      log.close();
      log = newLog;
      nextSnapshotAtBytes = snapshotAfterLogBytes;
    } catch (IOException e) {
      LOG.error("No new key-value log could be begun; the old one grows on", e);
      nextSnapshotAtBytes += snapshotAfterLogBytes;
      return;
    }
    oldestVersionInUse = version;
    long lastSequence = nextSequence - 1;
    snapshotThread =
        Thread.ofPlatform()
            .name("kv-snapshot")
            .daemon()
            .start(() -> writeSnapshot(map, lastSequence, version));
  }

  private void writeSnapshot(VersionedMap map, long lastSequence, long version) {
    try {
      SnapshotFile.write(directory, lastSequence, version, map.scanAll(version));
      directory.removeBefore(lastSequence, lastSequence + 1);
    } catch (IOException e) {
      LOG.error("No key-value snapshot could be written; the old logs are kept", e);
    } finally {
      oldestVersionInUse = Long.MAX_VALUE;
    }
  }

  @Override
  public void close() {
    try (StoreDirectory unlockedLast = directory;
        LogFile closedFirst = log) {
      snapshotThread.join();
      LOG.debug("Closing {} and {}", closedFirst, unlockedLast);
    } catch (IOException e) {
      LOG.warn("A file of the key-value store could not be closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
