package io.luciola.blockstore.engine;

import io.luciola.blockstore.linux.Crc32c;

/**
 * Reads everything on the device over and over, slowly, and verifies it: what nobody reads would
 * otherwise rot unnoticed until its other replicas have, too.
 *
 * <p>One request is in flight at a time. A pass covers metadata and all chunks; passes begin at
 * least an hour after each other.
 */
final class Scrubber implements AutoCloseable {

  static final long PASS_INTERVAL_NS = 3_600_000_000_000L;

  private final IoQueue ioQueue;
  private final EngineHealth health;
  private boolean enabled;
  private ScrubPace pace;
  private final ContentScrub content;
  private final MetadataScrub metadata;
  private long startedAtLastRead;
  private boolean inPass;
  private boolean contentDone;
  private long passStartNs;
  private long passBytes;
  private long passes;
  private long lastPassBytes;
  private long lastPassNs;

  Scrubber(
      ChunkStates states,
      Checkpointer checkpointer,
      IoQueue ioQueue,
      EngineHealth health,
      Crc32c crc,
      long bytesPerSecond) {
    this.ioQueue = ioQueue;
    this.health = health;
    setRate(bytesPerSecond);
    content = new ContentScrub(states, ioQueue, health, crc);
    metadata = new MetadataScrub(states, checkpointer, ioQueue, health, crc);
  }

  /** How fast to read from now on; 0: not at all. What was read already is not read again. */
  void setRate(long bytesPerSecond) {
    enabled = bytesPerSecond > 0;
    pace = new ScrubPace(bytesPerSecond);
  }

  int doWork(long nowNs) {
    if (!enabled
        || !health.takesUpdates()
        || content.isInFlight()
        || metadata.isInFlight()
        || !pace.mayRead(nowNs, isDeviceInUse())
        || !mayBegin(nowNs)) {
      return 0;
    }
    int bytes = 0;
    if (metadata.isReady()) {
      bytes = metadata.start();
    } else if (!contentDone) {
      bytes = content.start();
      contentDone = bytes == ContentScrub.DONE;
    } else if (!metadata.isDone()) {
      return 0;
    } else {
      endPass(nowNs);
    }
    if (bytes > 0) {
      passBytes += bytes;
      pace.charge(nowNs, bytes);
      startedAtLastRead = ioQueue.started();
    }
    return 1;
  }

  ScrubStatus status() {
    return new ScrubStatus(
        passes,
        passBytes,
        content.fraction(),
        lastPassBytes,
        lastPassNs,
        content.badBlocks(),
        metadata.damaged());
  }

  @Override
  public void close() {
    content.close();
    metadata.close();
  }

  /** Whether others have requests in flight, or had since the last read for scrubbing. */
  private boolean isDeviceInUse() {
    return ioQueue.inFlight() > 0 || ioQueue.started() > startedAtLastRead;
  }

  private boolean mayBegin(long nowNs) {
    if (inPass) {
      return true;
    }
    if (passes > 0 && nowNs - passStartNs < PASS_INTERVAL_NS) {
      return false;
    }
    inPass = true;
    contentDone = false;
    passStartNs = nowNs;
    passBytes = 0;
    content.rewind();
    metadata.rewind();
    return true;
  }

  private void endPass(long nowNs) {
    inPass = false;
    passes++;
    lastPassBytes = passBytes;
    lastPassNs = nowNs - passStartNs;
  }
}
