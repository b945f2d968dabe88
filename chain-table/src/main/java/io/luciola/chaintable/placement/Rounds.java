package io.luciola.chaintable.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Divides the chains of a table into rounds in which each disk that must be touched has a target,
 * and each disk's targets over the rounds.
 *
 * @param bounds first chain of each round, and behind the last
 * @param room by round and disk, how many targets of the disk are in the round; in proportion to
 *     all its targets
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Rounds(int[] bounds, int[][] room) {

  /**
   * How many there can be at most.
   *
   * @param touched by disk, whether each round must touch it
   */
  static int most(int[] targets, boolean[] touched, int replicas) {
    int chains = Arrays.stream(targets).sum() / replicas;
    int fewest = Integer.MAX_VALUE;
    int disks = 0;
    for (int disk = 0; disk < targets.length; disk++) {
      if (touched[disk]) {
        fewest = Math.min(fewest, targets[disk]);
        disks++;
      }
    }
    int shortest = Math.ceilDiv(disks, replicas);
    return shortest == 0 ? 1 : Math.max(1, Math.min(fewest, chains / shortest));
  }

  /**
   * Divides.
   *
   * @param targets by disk how many it has; the sum is {@code replicas} times the number of chains
   * @param touched by disk, whether each round must touch it; such disks have a target at least
   * @param most how many rounds there are at most; there are fewer when disks differ too much
   */
  static Rounds of(
      DiskTree tree, int[] targets, boolean[] touched, int replicas, int most, SplitMix64 random) {
    int chains = Arrays.stream(targets).sum() / replicas;
    for (int wanted = most; wanted > 1; wanted--) {
      Rounds rounds = divide(tree, targets, touched, replicas, bounds(chains, wanted), random);
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
      DiskTree tree,
      int[] targets,
      boolean[] touched,
      int replicas,
      int[] bounds,
      SplitMix64 random) {
    Apportionment apportionment = new Apportionment(tree, random);
    long[] left = Arrays.stream(targets).asLongStream().toArray();
    int rounds = bounds.length - 1;
    int[] least = new int[targets.length];
    Arrays.setAll(least, disk -> touched[disk] ? 1 : 0);
    int[][] room = new int[rounds][];
    for (int round = 0; round < rounds; round++) {
      int total = (bounds[round + 1] - bounds[round]) * replicas;
      int[] share = apportionment.divide(total, left, least);
      if (share == null || !tree.fit(share, bounds[round + 1] - bounds[round], replicas)) {
        return null;
      }
      for (int disk = 0; disk < left.length; disk++) {
        left[disk] -= share[disk];
        if (touched[disk] && left[disk] < rounds - 1 - round) {
          return null;
        }
      }
      room[round] = share;
    }
    return new Rounds(bounds, room);
  }
}
