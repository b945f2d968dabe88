package io.luciola.craq.history;

/**
 * How far an order has got: which of the operations that are under way are in it, by their slots,
 * and the state they made. The sets are never changed once the configuration is made.
 *
 * @param done updates in the order, but for those in the other two sets
 * @param settled reads, and writes that no read shows, in the order: they only need a place
 * @param spent operations in the order that need not be in it
 * @param state the chunk's state
 */
record Configuration(SlotSet done, SlotSet settled, SlotSet spent, int state) {

  static Configuration initial(int state) {
    return new Configuration(new SlotSet(), new SlotSet(), new SlotSet(), state);
  }

  boolean has(int slot) {
    return done.has(slot) || settled.has(slot) || spent.has(slot);
  }

  /** The same, after an operation has ended that is in it: its slot is free for another one. */
  Configuration without(int slot) {
    return new Configuration(
        without(done, slot), without(settled, slot), without(spent, slot), state);
  }

  private static SlotSet without(SlotSet set, int slot) {
    if (!set.has(slot)) {
      return set;
    }
    SlotSet rest = set.copy();
    rest.remove(slot);
    return rest;
  }

  /**
   * Whether all that can follow the other, which did the same and has the same state, can follow
   * this: it has spent less, and has less to find a place for.
   */
  boolean isAsGoodAs(Configuration other) {
    return other.spent.containsAll(spent) && settled.containsAll(other.settled);
  }
}
