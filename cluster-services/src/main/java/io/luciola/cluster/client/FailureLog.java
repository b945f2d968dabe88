package io.luciola.cluster.client;

import io.luciola.chaintable.ChunkId;
import io.luciola.craq.ReplicaStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why requests failed: one line for each, but not more than a few per second. */
final class FailureLog {

  private static final Logger LOG = LoggerFactory.getLogger(ChainDataPath.class);
  private static final long WINDOW_NS = 1_000_000_000;
  private static final int LINES_PER_WINDOW = 10;

  private long windowStartNs;
  private int lines;
  private long suppressed;

  void onFailure(Piece piece, String outcome, long nowNs) {
    if (nowNs - windowStartNs >= WINDOW_NS || lines == 0) {
      windowStartNs = nowNs;
      lines = 0;
    }
    if (lines >= LINES_PER_WINDOW) {
      suppressed++;
      return;
    }
    lines++;
    String what = piece.isRead() ? "read" : "write";
    String reason =
        piece.lastStatus == ReplicaStatus.OK
            ? "no answer"
            : ReplicaStatus.name(piece.lastStatus)
                + (piece.lastReason.isEmpty() ? "" : " (" + piece.lastReason + ")");
    String where = piece.link == null ? "no node could be asked" : "last asked: " + piece.link;
    LOG.error(
        "{} of chunk {} ({} bytes at {}) on chain {} failed: {}; {}; {}{}",
        what,
        ChunkId.toString(piece.chunkHi, piece.chunkLo),
        piece.lengthBytes,
        piece.offsetBytes,
        piece.chainId,
        outcome,
        where,
        reason,
        suppressed == 0 ? "" : "; " + suppressed + " more failures were not logged");
    suppressed = 0;
  }
}
