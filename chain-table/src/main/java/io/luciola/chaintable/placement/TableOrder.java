package io.luciola.chaintable.placement;

import java.util.Arrays;

/**
 * Orders the chains of each round so that runs of slots that cross from one round into the next
 * touch many disks, too: each slot takes the chain whose most recently used disk was used longest
 * ago.
 */
final class TableOrder {

  /** Chains looked at for one slot, so that large tables do not take the square of their size. */
  private static final int MAX_CANDIDATES = 1024;

  private static final int TRIES_PER_SLOT = 200;
  private static final int SWEEPS = 8;

  private TableOrder() {}

  /**
   * Orders.
   *
   * @param chains per chain its disks
   * @param bounds first chain of each round, and behind the last
   * @return indexes of chains in slot order; the rounds stay where they are
   */
  static int[] of(int[][] chains, int disks, int[] bounds, SplitMix64 random) {
    int[] order = new int[chains.length];
    int[] lastUse = new int[disks];
    Arrays.fill(lastUse, -1);
    for (int round = 0; round + 1 < bounds.length; round++) {
      int length = bounds[round + 1] - bounds[round];
      int[] left = new int[length];
      for (int i = 0; i < length; i++) {
        left[i] = bounds[round] + i;
      }
      random.shuffle(left);
      for (int i = 0; i < length; i++) {
        int best = longestUnused(chains, left, i, lastUse);
        int chain = left[best];
        left[best] = left[i];
        order[bounds[round] + i] = chain;
        for (int disk : chains[chain]) {
          lastUse[disk] = bounds[round] + i;
        }
      }
    }
    for (int sweep = 0; sweep < SWEEPS && repair(order, chains, bounds, random); sweep++) {
      // Where one sweep leaves neighbours that share a disk, the next one may not.
    }
    return order;
  }

  /**
   * The last chains of a round had no choice: where neighbours share a disk, places are swapped.
   * Returns whether some still do.
   */
  private static boolean repair(int[] order, int[][] chains, int[] bounds, SplitMix64 random) {
    boolean left = false;
    for (int round = 0; round + 1 < bounds.length; round++) {
      int length = bounds[round + 1] - bounds[round];
      for (int slot = bounds[round]; slot < bounds[round + 1]; slot++) {
        for (int i = 0; i < TRIES_PER_SLOT && clashes(order, chains, slot) > 0; i++) {
          int other = bounds[round] + random.below(length);
          int before = clashes(order, chains, slot) + clashes(order, chains, other);
          swap(order, slot, other);
          if (clashes(order, chains, slot) + clashes(order, chains, other) > before) {
            swap(order, slot, other);
          }
        }
        left |= clashes(order, chains, slot) > 0;
      }
    }
    return left;
  }

  /** Disks which the chain in a slot shares with its neighbours. */
  private static int clashes(int[] order, int[][] chains, int slot) {
    int shared = 0;
    if (slot > 0) {
      shared += shared(chains[order[slot]], chains[order[slot - 1]]);
    }
    if (slot + 1 < order.length) {
      shared += shared(chains[order[slot]], chains[order[slot + 1]]);
    }
    return shared;
  }

  private static int shared(int[] one, int[] other) {
    int shared = 0;
    for (int a : one) {
      for (int b : other) {
        shared += a == b ? 1 : 0;
      }
    }
    return shared;
  }

  private static void swap(int[] order, int a, int b) {
    int value = order[a];
    order[a] = order[b];
    order[b] = value;
  }

  private static int longestUnused(int[][] chains, int[] left, int from, int[] lastUse) {
    int best = from;
    long bestKey = Long.MAX_VALUE;
    int end = Math.min(left.length, from + MAX_CANDIDATES);
    for (int candidate = from; candidate < end; candidate++) {
      long latest = -1;
      long sum = 0;
      for (int disk : chains[left[candidate]]) {
        latest = Math.max(latest, lastUse[disk]);
        sum += lastUse[disk] + 1;
      }
      long key = ((latest + 1) << 40) + sum;
      if (key < bestKey) {
        bestKey = key;
        best = candidate;
      }
    }
    return best;
  }
}
