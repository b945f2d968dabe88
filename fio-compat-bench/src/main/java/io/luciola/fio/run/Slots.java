package io.luciola.fio.run;

/** The I/Os in flight, a slot each; the slot's number is the request's tag. */
final class Slots {

  /** {@link #kinds}: a sync; others are numbers of directions. */
  static final byte SYNC = 3;

  final byte[] kinds;
  final int[] files;
  final long[] offsets;
  final int[] lengths;
  final long[] startedNs;
  final long[] issuedNs;

  private final int[] free;
  private int freeCount;

  Slots(int depth) {
    kinds = new byte[depth];
    files = new int[depth];
    offsets = new long[depth];
    lengths = new int[depth];
    startedNs = new long[depth];
    issuedNs = new long[depth];
    free = new int[depth];
    for (int slot = depth - 1; slot >= 0; slot--) {
      free[freeCount++] = slot;
    }
  }

  boolean hasFree() {
    return freeCount > 0;
  }

  int take() {
    return free[--freeCount];
  }

  void give(int slot) {
    free[freeCount++] = slot;
  }

  int inFlight() {
    return free.length - freeCount;
  }
}
