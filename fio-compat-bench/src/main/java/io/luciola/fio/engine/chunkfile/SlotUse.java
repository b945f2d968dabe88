package io.luciola.fio.engine.chunkfile;

import java.util.Arrays;

/** Keeps slots from reuse while somebody reads them: one that is given up is freed by the last. */
final class SlotUse {

  private final SlotAllocator allocator;
  private int[] readers = new int[SlotAllocator.SLOTS_PER_GROUP];
  private boolean[] givenUp = new boolean[SlotAllocator.SLOTS_PER_GROUP];

  SlotUse(SlotAllocator allocator) {
    this.allocator = allocator;
  }

  /** Makes room for all slots of the allocator. */
  void grow() {
    int slots = allocator.groups() * SlotAllocator.SLOTS_PER_GROUP;
    if (slots > readers.length) {
      int length = Math.max(slots, 2 * readers.length);
      readers = Arrays.copyOf(readers, length);
      givenUp = Arrays.copyOf(givenUp, length);
    }
  }

  void beginRead(int slot) {
    readers[slot]++;
  }

  void endRead(int slot) {
    if (--readers[slot] == 0 && givenUp[slot]) {
      givenUp[slot] = false;
      allocator.release(slot);
    }
  }

  /** No chunk lies in the slot any more. */
  void giveUp(int slot) {
    if (readers[slot] == 0) {
      allocator.release(slot);
    } else {
      givenUp[slot] = true;
    }
  }
}
