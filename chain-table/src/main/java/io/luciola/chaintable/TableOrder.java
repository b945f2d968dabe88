package io.luciola.chaintable;

import java.util.Arrays;

/** Orders chains so that neighbours in the table lie on different disks, as far as that can be. */
final class TableOrder {

  private static final int TRIES_PER_CHAIN = 200;

  /** Chains looked at for one slot, so that large tables do not take the square of their size. */
  private static final int MAX_CANDIDATES = 1024;

  private TableOrder() {}

  /**
   * Orders.
   *
   * @param chains per chain its disks
   * @return indexes of chains in slot order
   */
  static int[] of(int[][] chains, int disks, SplitMix64 random) {
    int[] order = new int[chains.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    random.shuffle(order);
    longestUnusedFirst(order, chains, disks);
    repair(order, chains, random);
    return order;
  }

  /** Each slot takes the chain whose most recently used disk was used longest ago. */
  private static void longestUnusedFirst(int[] order, int[][] chains, int disks) {
    int[] lastUse = new int[disks];
    Arrays.fill(lastUse, -1);
    for (int slot = 0; slot < order.length; slot++) {
      int best = slot;
      long bestKey = Long.MAX_VALUE;
      int end = Math.min(order.length, slot + MAX_CANDIDATES);
      for (int candidate = slot; candidate < end; candidate++) {
        long latest = -1;
        long sum = 0;
        for (int disk : chains[order[candidate]]) {
          latest = Math.max(latest, lastUse[disk]);
          sum += lastUse[disk] + 1;
        }
        long key = ((latest + 1) << 40) + sum;
        if (key < bestKey) {
          bestKey = key;
          best = candidate;
        }
      }
      swap(order, slot, best);
      for (int disk : chains[order[slot]]) {
        lastUse[disk] = slot;
      }
    }
  }

  /** The last chains had no choice: where neighbours share a disk, places are swapped. */
  private static void repair(int[] order, int[][] chains, SplitMix64 random) {
    int[] clashing = new int[order.length];
    long tries = (long) TRIES_PER_CHAIN * order.length;
    for (long i = 0; i < tries; i++) {
      int count = 0;
      for (int slot = 0; slot < order.length; slot++) {
        if (i == 0 || clashes(order, chains, slot) > 0) {
          clashing[count++] = slot;
        }
      }
      if (count == 0) {
        return;
      }
      // Looking for the clashing slots costs more than trying, so try some before looking again.
      for (int j = 0; j < 64; j++, i++) {
        int a = clashing[random.below(count)];
        int b = random.below(order.length);
        int before = clashes(order, chains, a) + clashes(order, chains, b);
        swap(order, a, b);
        if (clashes(order, chains, a) + clashes(order, chains, b) > before) {
          swap(order, a, b);
        }
      }
    }
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
}
