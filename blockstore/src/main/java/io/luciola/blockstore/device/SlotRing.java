package io.luciola.blockstore.device;

/** Slots that are taken and given back in the same order; what is in them, their owner keeps. */
final class SlotRing {

  private final int capacity;
  private int oldest;
  private int taken;

  SlotRing(int capacity) {
    this.capacity = capacity;
  }

  int taken() {
    return taken;
  }

  boolean isFull() {
    return taken == capacity;
  }

  /** The next slot; the caller has asked {@link #isFull}. */
  int take() {
    int slot = oldest + taken;
    taken++;
    return slot >= capacity ? slot - capacity : slot;
  }

  /** The slot that was taken first; its content stays until it is taken again. */
  int giveBack() {
    int slot = oldest;
    oldest = slot + 1 == capacity ? 0 : slot + 1;
    taken--;
    return slot;
  }

  void clear() {
    taken = 0;
  }
}
