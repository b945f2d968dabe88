package io.luciola.blockstore.engine;

import io.luciola.blockstore.linux.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the engine takes updates, and what its log says of faults. */
final class EngineHealth {

  private static final Logger LOG = LoggerFactory.getLogger(BlockEngine.class);

  /** Requests that fail one after another are told one by one up to this many. */
  private static final int MAX_REQUEST_LINES = 10;

  private final String deviceName;
  private final Completions completions;

  /** Why updates ended for good; null while they do not. */
  private @Nullable String failure;

  private boolean closed;
  private long failedRequests;

  EngineHealth(String deviceName, Completions completions) {
    this.deviceName = deviceName;
    this.completions = completions;
  }

  boolean takesUpdates() {
    return failure == null && !closed;
  }

  boolean isFailed() {
    return failure != null;
  }

  @Nullable String failure() {
    return failure;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  /** The device is gone, or metadata can no longer be made durable: updates end, reads go on. */
  void fail(String what, int error) {
    if (failure == null) {
      failure = what + " failed: " + Errno.describe(-error);
      LOG.error(
          "{}: {}. The engine takes no more updates. Open it anew when the device is well again.",
          deviceName,
          failure);
    }
  }

  /** The device has carried out a request after others had failed. */
  void deviceWorks() {
    if (failedRequests > MAX_REQUEST_LINES) {
      LOG.error(
          "{}: {} more requests failed before the device carried one out again",
          deviceName,
          failedRequests - MAX_REQUEST_LINES);
    }
    failedRequests = 0;
  }

  void requestFailed(
      String what, long targetId, long chunkHi, long chunkLo, long deviceOffset, int error) {
    if (isFailed() || ++failedRequests > MAX_REQUEST_LINES) {
      return; // a device that is gone fails all that it had, and the line of its end is enough
    }
    LOG.error(
        "{}: {} of target {} chunk {} at device offset {} failed: {}",
        deviceName,
        what,
        targetId,
        chunkName(chunkHi, chunkLo),
        deviceOffset,
        Errno.describe(-error));
  }

  /** Says so in the log, and to whoever can have it repaired. */
  void corrupt(long targetId, long chunkHi, long chunkLo, int chunkOffset, long deviceOffset) {
    completions.corrupt(targetId, chunkHi, chunkLo, chunkOffset, deviceOffset);
    LOG.error(
        "{}: target {} chunk {} is corrupt at offset {}, device offset {}: repair it from another"
            + " replica",
        deviceName,
        targetId,
        chunkName(chunkHi, chunkLo),
        chunkOffset,
        deviceOffset);
  }

  /** Says so in the log: nothing is lost, because memory has what the device lost. */
  void metadataDamaged(String what, long deviceOffset) {
    LOG.error(
        "{}: {} at device offset {} was damaged while the engine ran; it is written anew from"
            + " memory. Look at the disk",
        deviceName,
        what,
        deviceOffset);
  }

  private static String chunkName(long chunkHi, long chunkLo) {
    return String.format("%016x%016x", chunkHi, chunkLo);
  }
}
