package io.luciola.blockstore.engine;

import io.luciola.blockstore.linux.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the engine takes updates, and what its log says of faults. */
final class EngineHealth {

  private static final Logger LOG = LoggerFactory.getLogger(BlockEngine.class);

  private final String deviceName;
  private final Completions completions;
  private boolean failed;
  private boolean closed;

  EngineHealth(String deviceName, Completions completions) {
    this.deviceName = deviceName;
    this.completions = completions;
  }

  boolean takesUpdates() {
    return !failed && !closed;
  }

  boolean isFailed() {
    return failed;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  /** Metadata can no longer be made durable: reads go on, updates end. */
  void fail(String what, int error) {
    if (!failed) {
      failed = true;
      LOG.error(
          "{}: {} failed: {}. The engine takes no more updates; reads go on. Take the disk out of"
              + " its chains, or restart the engine when the device is well again.",
          deviceName,
          what,
          Errno.describe(-error));
    }
  }

  void requestFailed(
      String what, long targetId, long chunkHi, long chunkLo, long deviceOffset, int error) {
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
