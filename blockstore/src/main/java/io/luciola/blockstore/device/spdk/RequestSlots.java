package io.luciola.blockstore.device.spdk;

/**
 * The requests that a device has accepted and not delivered yet, a slot each, and the queue of
 * those that have ended. Allocates nothing after construction.
 */
final class RequestSlots {

  /** Answer when every slot is taken, or nothing has ended. */
  static final int NONE = -1;

  // Of the request in each slot; the device reads and writes them.
  final byte[] kinds;
  final long[] offsets;
  final long[] lengths;
  final long[] addresses;

  /** Where the drive transfers from or to instead of the address; 0 when that is reached itself. */
  final long[] bounces;

  /** What the request's kind wants to remember. */
  final long[] marks;

  private final long[] tags;
  private final int[] results;

  /** Whether the drive has it. */
  private final boolean[] submitted;

  private final int[] free;
  private int freeCount;
  private final int[] ended;
  private int oldestEnded;
  private int endedCount;

  RequestSlots(int count) {
    kinds = new byte[count];
    offsets = new long[count];
    lengths = new long[count];
    addresses = new long[count];
    bounces = new long[count];
    marks = new long[count];
    tags = new long[count];
    results = new int[count];
    submitted = new boolean[count];
    ended = new int[count];
    free = new int[count];
    for (int slot = count - 1; slot >= 0; slot--) {
      free[freeCount++] = slot;
    }
  }

  int count() {
    return tags.length;
  }

  /** Requests accepted and not delivered. */
  int used() {
    return tags.length - freeCount;
  }

  /** The slot that {@link #take} would take, or {@link #NONE}. */
  int next() {
    return freeCount == 0 ? NONE : free[freeCount - 1];
  }

  /** Takes the slot of {@link #next}: its request is accepted. */
  int take(long tag) {
    int slot = free[--freeCount];
    tags[slot] = tag;
    submitted[slot] = true;
    return slot;
  }

  boolean isSubmitted(int slot) {
    return submitted[slot];
  }

  /** The request has ended, and waits to be delivered. */
  void end(int slot, int result) {
    submitted[slot] = false;
    results[slot] = result;
    int at = oldestEnded + endedCount++;
    ended[at < ended.length ? at : at - ended.length] = slot;
  }

  boolean hasEnded() {
    return endedCount > 0;
  }

  /**
   * Takes the oldest request that has ended; its slot may be used again, its {@link #tag} and
   * {@link #result} hold until then.
   */
  int takeEnded() {
    int slot = ended[oldestEnded];
    oldestEnded = oldestEnded + 1 == ended.length ? 0 : oldestEnded + 1;
    endedCount--;
    free[freeCount++] = slot;
    return slot;
  }

  long tag(int slot) {
    return tags[slot];
  }

  int result(int slot) {
    return results[slot];
  }

  /** Forgets what has ended. */
  void dropEnded() {
    while (hasEnded()) {
      takeEnded();
    }
  }
}
