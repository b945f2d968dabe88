package io.luciola.fio.engine.chunkfile;

import java.util.Arrays;

/** Who writes a chunk, and who waits in line for it. */
final class WriteQueues {

  private static final int NOBODY = -1;

  private final boolean[] busy;
  private final int[] first;
  private final int[] last;
  private final int[] next;

  WriteQueues(int chunks, int requests) {
    busy = new boolean[chunks];
    first = new int[chunks];
    last = new int[chunks];
    next = new int[requests];
    Arrays.fill(first, NOBODY);
  }

  /** Whether the request may write the chunk now; otherwise it is in line. */
  boolean enter(int chunk, int request) {
    if (!busy[chunk]) {
      busy[chunk] = true;
      return true;
    }
    next[request] = NOBODY;
    if (first[chunk] == NOBODY) {
      first[chunk] = request;
    } else {
      next[last[chunk]] = request;
    }
    last[chunk] = request;
    return false;
  }

  /** Ends a write: the request whose turn it is now, or -1. */
  int leave(int chunk) {
    int turn = first[chunk];
    if (turn == NOBODY) {
      busy[chunk] = false;
    } else {
      first[chunk] = next[turn];
    }
    return turn;
  }
}
