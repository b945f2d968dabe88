package io.luciola.chaintable;

import java.util.ArrayDeque;
import java.util.Arrays;

/** Chooses a head for each chain so that no disk is head much more often than another. */
final class HeadBalance {

  private final int[][] chains;
  private final int[] headOf;
  private final int[] heads;

  private HeadBalance(int[][] chains, int disks) {
    this.chains = chains;
    headOf = new int[chains.length];
    heads = new int[disks];
  }

  /** Puts each chain's head first in its row; the numbers of heads differ as little as can be. */
  static void balance(int[][] chains, int disks) {
    HeadBalance balance = new HeadBalance(chains, disks);
    for (int chain = 0; chain < chains.length; chain++) {
      int least = chains[chain][0];
      for (int disk : chains[chain]) {
        least = balance.heads[disk] < balance.heads[least] ? disk : least;
      }
      balance.headOf[chain] = least;
      balance.heads[least]++;
    }
    while (balance.moveOne()) {
      // Each move makes the numbers more equal, so it ends.
    }
    for (int chain = 0; chain < chains.length; chain++) {
      rotate(chains[chain], balance.headOf[chain]);
    }
  }

  /** Hands one head on, from chain to chain, from a disk to one that has at least two fewer. */
  private boolean moveOne() {
    for (int from = 0; from < heads.length; from++) {
      if (heads[from] >= 2 && moveFrom(from)) {
        return true;
      }
    }
    return false;
  }

  private boolean moveFrom(int from) {
    int[] chainTo = new int[heads.length];
    Arrays.fill(chainTo, -1);
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(from);
    while (!queue.isEmpty()) {
      int disk = queue.remove();
      if (heads[disk] <= heads[from] - 2) {
        handOver(from, disk, chainTo);
        return true;
      }
      for (int chain = 0; chain < chains.length; chain++) {
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
