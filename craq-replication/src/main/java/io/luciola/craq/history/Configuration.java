package io.luciola.craq.history;

import java.util.BitSet;

/**
 * How far an order has got: which operations are in it, and the state they made. The sets are never
 * changed once the configuration is made.
 *
 * @param done updates in the order, but for those in the other two sets
 * @param settled reads, and writes that no read shows, in the order: they only need a place
 * @param spent operations in the order that need not be in it
 * @param state the chunk's state
 */
record Configuration(BitSet done, BitSet settled, BitSet spent, int state) {

  static Configuration initial(int state) {
    return new Configuration(new BitSet(), new BitSet(), new BitSet(), state);
  }

  boolean has(int operation) {
    return done.get(operation) || settled.get(operation) || spent.get(operation);
  }

  /**
   * Whether all that can follow the other, which did the same and has the same state, can follow
   * this: it has spent less, and has less to find a place for.
   */
  boolean isAsGoodAs(Configuration other) {
    return contains(other.spent, spent) && contains(settled, other.settled);
  }

  private static boolean contains(BitSet set, BitSet part) {
    BitSet rest = (BitSet) part.clone();
    rest.andNot(set);
    return rest.isEmpty();
  }
}
