package io.luciola.chaintable.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Divides the chains of a table into rounds in which each disk has a target at least, and each
 * disk's targets over the rounds.
 *
 * @param bounds first chain of each round, and behind the last
 * @param room by round and disk, how many targets of the disk are in the round; in proportion to
 *     all its targets
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Rounds(int[] bounds, int[][] room) {

  /** How many there can be at most. */
  static int most(int[] targets, int replicas) {
    int chains = Arrays.stream(targets).sum() / replicas;
    int shortest = (targets.length + replicas - 1) / replicas;
    return Math.min(Arrays.stream(targets).min().orElseThrow(), chains / shortest);
  }

  /**
   * Divides.
   *
   * @param targets by disk how many it has, at least 1; the sum is {@code replicas} times the
   *     number of chains
   * @param most how many rounds there are at most; there are fewer when disks differ too much
   */
  static Rounds of(DiskTree tree, int[] targets, int replicas, int most, SplitMix64 random) {
    int chains = Arrays.stream(targets).sum() / replicas;
    for (int wanted = most; wanted > 1; wanted--) {
      Rounds rounds = divide(tree, targets, replicas, bounds(chains, wanted), random);
      if (rounds != null) {
        return rounds;
      }
    }
    return new Rounds(new int[] {0, chains}, new int[][] {targets.clone()});
  }

  /** Rounds as long as each other, or one chain longer. */
  private static int[] bounds(int chains, int rounds) {
    int[] bounds = new int[rounds + 1];
    for (int round = 0; round <= rounds; round++) {
      bounds[round] = (int) ((long) round * chains / rounds);
    }
    return bounds;
  }

  private static @Nullable Rounds divide(
      DiskTree tree, int[] targets, int replicas, int[] bounds, SplitMix64 random) {
    Apportionment apportionment = new Apportionment(tree, random);
    long[] left = Arrays.stream(targets).asLongStream().toArray();
    int rounds = bounds.length - 1;
    int[] least = new int[targets.length];
    Arrays.fill(least, 1);
    int[][] room = new int[rounds][];
    for (int round = 0; round < rounds; round++) {
      int total = (bounds[round + 1] - bounds[round]) * replicas;
      int[] share = apportionment.divide(total, left, least);
      if (share == null) {
        return null;
      }
      for (int disk = 0; disk < left.length; disk++) {
        left[disk] -= share[disk];
        if (left[disk] < rounds - 1 - round) {
          return null;
        }
      }
      room[round] = share;
    }
    return new Rounds(bounds, room);
  }
}
