package io.luciola.craq.history;

/** Judges a history by what one read mode promises. Checking is deterministic. */
public interface HistoryChecker {

  /** Judges a history. */
  Verdict check(ChunkHistory history);
}
