package io.luciola.cluster.client;

import io.luciola.craq.ReadOp;

/** How fresh a read has to be. */
public enum ReadMode {

  /** Returns the last update that was acknowledged to anybody, or one that is under way. */
  LINEARIZABLE(ReadOp.LINEARIZABLE),

  /**
   * Returns nothing older than what this data path has read or written before, per chunk. Spares
   * the question to the tail where another update is under way.
   */
  MONOTONIC(ReadOp.MONOTONIC),

  /**
   * Returns what the replica that happens to be asked knows to be committed; another read may show
   * something older afterwards. For content that does not change any more.
   */
  COMMITTED_LOCAL(ReadOp.COMMITTED_LOCAL);

  private final int number;

  ReadMode(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  int number() {
    return number;
  }
}
