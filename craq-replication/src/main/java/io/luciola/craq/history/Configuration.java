package io.luciola.craq.history;

import java.util.BitSet;

/**
 * How far an order has got: which operations are in it, and the state they made. The sets are never
 * changed once the configuration is made.
 *
 * @param done operations in the order, but for the following
 * @param unseen writes in the order that no read shows
 * @param spent operations in the order that need not be in it
 * @param state the chunk's state
 */
record Configuration(BitSet done, BitSet unseen, BitSet spent, int state) {

  static Configuration initial(int state) {
    return new Configuration(new BitSet(), new BitSet(), new BitSet(), state);
  }

  boolean has(int operation) {
    return done.get(operation) || unseen.get(operation) || spent.get(operation);
  }

  /**
   * Whether all reads that can follow the other, which did the same and has the same state, can
   * follow this: it has spent less, and has fewer unseen writes to find a place for.
   */
  boolean isAsGoodAs(Configuration other) {
    return contains(other.spent, spent) && contains(unseen, other.unseen);
  }

  private static boolean contains(BitSet set, BitSet part) {
    BitSet rest = (BitSet) part.clone();
    rest.andNot(set);
    return rest.isEmpty();
  }
}
