package io.luciola.chaintable.placement;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Chooses a head for each chain so that each disk is head of its share of its chains, rounded down
 * or up: heads are handed on along shortest paths, as flows are augmented (Edmonds and Karp 1972).
 */
final class HeadBalance {

  private final int[][] chains;
  private final int replicas;
  private final int[] headOf;

  /** By disk: of how many chains it is head. */
  private final int[] heads;

  /** By disk: its chains. */
  private final int[][] chainsOf;

  private HeadBalance(int[][] chains, int disks, int replicas) {
    this.chains = chains;
    this.replicas = replicas;
    headOf = new int[chains.length];
    heads = new int[disks];
    chainsOf = new int[disks][0];
    for (int chain = 0; chain < chains.length; chain++) {
      for (int disk : chains[chain]) {
        int[] known = chainsOf[disk];
        chainsOf[disk] = Arrays.copyOf(known, known.length + 1);
        chainsOf[disk][known.length] = chain;
      }
    }
  }

  /** Puts each chain's head first in its row. */
  static void balance(int[][] chains, int disks, int replicas) {
    HeadBalance balance = new HeadBalance(chains, disks, replicas);
    for (int chain = 0; chain < chains.length; chain++) {
      int least = chains[chain][0];
      for (int disk : chains[chain]) {
        least = balance.isBusier(least, disk) ? disk : least;
      }
      balance.headOf[chain] = least;
      balance.heads[least]++;
    }
    for (int disk = 0; disk < disks; disk++) {
      while (balance.heads[disk] > balance.most(disk)
          && balance.handOn(disk, to -> balance.heads[to] < balance.most(to))) {
        // Each brings one disk nearer to its share.
      }
    }
    for (int disk = 0; disk < disks; disk++) {
      while (balance.heads[disk] > balance.least(disk)
          && balance.anyBelowLeast()
          && balance.handOn(disk, to -> balance.heads[to] < balance.least(to))) {
        // Each brings one disk to its least.
      }
    }
    for (int chain = 0; chain < chains.length; chain++) {
      rotate(chains[chain], balance.headOf[chain]);
    }
  }

  /** Compares what part of their chains two disks are head of. */
  private boolean isBusier(int one, int other) {
    return (long) heads[one] * chainsOf[other].length > (long) heads[other] * chainsOf[one].length;
  }

  private int least(int disk) {
    return chainsOf[disk].length / replicas;
  }

  private int most(int disk) {
    return (chainsOf[disk].length + replicas - 1) / replicas;
  }

  private boolean anyBelowLeast() {
    for (int disk = 0; disk < heads.length; disk++) {
      if (heads[disk] < least(disk)) {
        return true;
      }
    }
    return false;
  }

  /** Hands one head on, from chain to chain, to the nearest disk that wants one. */
  private boolean handOn(int from, IntPredicate wants) {
    int[] chainTo = new int[heads.length];
    Arrays.fill(chainTo, -1);
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(from);
    while (!queue.isEmpty()) {
      int disk = queue.remove();
      if (wants.test(disk)) {
        handOver(from, disk, chainTo);
        return true;
      }
      for (int chain : chainsOf[disk]) {
        if (headOf[chain] == disk) {
          for (int next : chains[chain]) {
            if (next != from && chainTo[next] < 0) {
              chainTo[next] = chain;
              queue.add(next);
            }
          }
        }
      }
    }
    return false;
  }

  private void handOver(int from, int to, int[] chainTo) {
    heads[from]--;
    heads[to]++;
    for (int disk = to; disk != from; ) {
      int chain = chainTo[disk];
      int before = headOf[chain];
      headOf[chain] = disk;
      disk = before;
    }
  }

  private static void rotate(int[] chain, int head) {
    while (chain[0] != head) {
      int first = chain[0];
      System.arraycopy(chain, 1, chain, 0, chain.length - 1);
      chain[chain.length - 1] = first;
    }
  }
}
