package io.luciola.spdk;

/**
 * The commands of a queue pair: a slot each, from before it is submitted until its completion has
 * been delivered. One thread at a time; allocates nothing after construction.
 */
final class CommandSlots {

  private static final byte FREE = 0;
  private static final byte IN_FLIGHT = 1;
  private static final byte COMPLETED = 2;

  private final long[] tags;
  private final int[] statuses;
  private final byte[] states;
  // Free slots, a stack: the slot freed last is still in the caches.
  private final int[] free;
  private int freeCount;
  // Completed slots that are not delivered, a ring: there are never more than slots.
  private final int[] completed;
  private int firstCompleted;
  private int completedCount;

  CommandSlots(int depth) {
    tags = new long[depth];
    statuses = new int[depth];
    states = new byte[depth];
    free = new int[depth];
    completed = new int[depth];
    for (int slot = depth - 1; slot >= 0; slot--) {
      free[freeCount++] = slot;
    }
  }

  int depth() {
    return tags.length;
  }

  /** Commands in flight, and completed ones that are not delivered. */
  int used() {
    return tags.length - freeCount;
  }

  int undelivered() {
    return completedCount;
  }

  /** A slot for a command that is about to be submitted, or -1 when all are used. */
  int acquire(long tag) {
    if (freeCount == 0) {
      return -1;
    }
    int slot = free[--freeCount];
    tags[slot] = tag;
    states[slot] = IN_FLIGHT;
    return slot;
  }

  /** The command completed; its slot stays used until it is delivered. */
  void complete(int slot, int status) {
    assert states[slot] == IN_FLIGHT : slot;
    states[slot] = COMPLETED;
    statuses[slot] = status;
    int at = firstCompleted + completedCount++;
    completed[at < completed.length ? at : at - completed.length] = slot;
  }

  /** All commands that are still in flight completed so. */
  void completeAll(int status) {
    for (int slot = 0; slot < states.length; slot++) {
      if (states[slot] == IN_FLIGHT) {
        complete(slot, status);
      }
    }
  }

  /** The slot that completed first among those not delivered. */
  int takeCompleted() {
    assert completedCount > 0;
    int slot = completed[firstCompleted];
    firstCompleted = firstCompleted + 1 < completed.length ? firstCompleted + 1 : 0;
    completedCount--;
    return slot;
  }

  long tag(int slot) {
    return tags[slot];
  }

  int status(int slot) {
    return statuses[slot];
  }

  /** Makes a slot free whose command was delivered or never submitted. */
  void release(int slot) {
    assert states[slot] != FREE : slot;
    states[slot] = FREE;
    free[freeCount++] = slot;
  }
}
