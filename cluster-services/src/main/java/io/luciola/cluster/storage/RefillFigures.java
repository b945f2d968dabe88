package io.luciola.cluster.storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the refill behind one target has cost so far; one log line when it has ended. */
final class RefillFigures {

  private static final Logger LOG = LoggerFactory.getLogger(RefillFigures.class);

  private final RefillTotals totals;
  private boolean begun;
  private long beginNs;
  private long comparedChunks;
  private long sentChunks;
  private long movedBytes;
  private long skippedBytes;

  RefillFigures(RefillTotals totals) {
    this.totals = totals;
  }

  void compared(int chunks, long nowNs) {
    if (!begun) {
      begun = true;
      beginNs = nowNs;
    }
    comparedChunks += chunks;
  }

  void sent() {
    sentChunks++;
  }

  void moved(long bytes) {
    movedBytes += bytes;
    totals.moved(bytes);
  }

  /** Negative when what was skipped has to be sent after all. */
  void skipped(long bytes) {
    skippedBytes += bytes;
    totals.skipped(bytes);
  }

  void ended(int chainId, long targetId, String peer, long nowNs) {
    LOG.info(
        "chain {}: target {} has refilled the target behind it on {}: {} chunks compared, {} sent,"
            + " {} bytes moved, {} bytes of these chunks found there, {} s",
        chainId,
        targetId,
        peer,
        comparedChunks,
        sentChunks,
        movedBytes,
        skippedBytes,
        (nowNs - beginNs) / 1e9);
    begun = false;
    comparedChunks = 0;
    sentChunks = 0;
    movedBytes = 0;
    skippedBytes = 0;
  }
}
