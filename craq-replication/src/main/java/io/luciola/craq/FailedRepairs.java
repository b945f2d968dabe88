package io.luciola.craq;

import java.util.LinkedHashMap;

/**
 * The chunks that no replica could repair: they are not tried again at once, nor reported again.
 */
final class FailedRepairs {

  private static final int MOST = 1024;

  private record Chunk(long hi, long lo) {}

  /** When each may be tried again; the one that failed first goes first. */
  private final LinkedHashMap<Chunk, Long> untilNs = new LinkedHashMap<>();

  boolean mayTry(long chunkHi, long chunkLo, long nowNs) {
    if (untilNs.isEmpty()) {
      return true;
    }
    Long until = untilNs.get(new Chunk(chunkHi, chunkLo));
    return until == null || nowNs >= until;
  }

  /** Whether this chunk has not failed before. */
  boolean add(long chunkHi, long chunkLo, long againNs) {
    boolean isNew = untilNs.put(new Chunk(chunkHi, chunkLo), againNs) == null;
    if (untilNs.size() > MOST) {
      untilNs.pollFirstEntry();
    }
    return isNew;
  }

  boolean has(long chunkHi, long chunkLo) {
    return untilNs.containsKey(new Chunk(chunkHi, chunkLo));
  }

  void remove(long chunkHi, long chunkLo) {
    untilNs.remove(new Chunk(chunkHi, chunkLo));
  }

  /** Others may be in the chain now: all may be tried again. */
  void onChain() {
    untilNs.replaceAll((chunk, until) -> Long.MIN_VALUE);
  }
}
