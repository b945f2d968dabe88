package io.luciola.chaintable.placement;

import java.util.Arrays;

/**
 * Chooses the nodes of each chain: each node as often in each round as it has room there, no node
 * twice in a chain, no zone more often than allowed, and pairs of nodes together in proportion to
 * their sizes, as evenly as a search gets.
 *
 * <p>An exact answer would be a balanced incomplete block design, or a packing where none exists.
 * The search starts from any groups that keep the rules, and swaps members of two chains as long as
 * the sum of the squares of how often pairs meet does not rise, as hill climbing finds Steiner
 * triple systems (Stinson 1985).
 */
final class NodeGroups {

  /** Swaps tried per chain, of any two chains. */
  private static final int TRIES_PER_CHAIN = 300;

  private static final long LEAST_TRIES = 100_000;

  /** By how much the sum of squares may rise at first. */
  private static final double MAX_THRESHOLD = 4;

  /** How often 64 swaps per chain may be tried without fewer chains in which nodes crowd. */
  private static final int PATIENCE = 30;

  private final int nodes;
  private final int replicas;
  private final int[] zoneOf;
  private final int mostPerZone;
  private final SplitMix64 random;

  /** First chain of each round, and behind the last. */
  private final int[] bounds;

  private final int[] roundOf;
  private final int[][] groups;

  /** By pair: how often they meet. */
  private final int[] together;

  /** By pair: how often they would meet if all was even, at least this often. */
  private final int[] fair;

  /** By node: what a meeting weighs; 1 in the mean. */
  private final double[] lightness;

  private NodeGroups(DiskTree tree, int replicas, int[] bounds, SplitMix64 random) {
    this.nodes = tree.nodes.size();
    this.replicas = replicas;
    this.zoneOf = tree.zoneOfNode;
    this.mostPerZone = tree.mostPerZone(replicas);
    this.random = random;
    this.bounds = bounds;
    int chains = bounds[bounds.length - 1];
    roundOf = new int[chains];
    for (int round = 0; round + 1 < bounds.length; round++) {
      Arrays.fill(roundOf, bounds[round], bounds[round + 1], round);
    }
    groups = new int[chains][replicas];
    together = new int[nodes * nodes];
    fair = new int[nodes * nodes];
    lightness = new double[nodes];
  }

  /**
   * Chooses.
   *
   * @param bounds first chain of each round, and behind the last
   * @param room by round and node, in how many chains of the round the node is to be; the sum is
   *     {@code replicas} times the round's chains and none is above these
   */
  static NodeGroups choose(
      DiskTree tree, int replicas, int[] bounds, int[][] room, SplitMix64 random) {
    NodeGroups search = new NodeGroups(tree, replicas, bounds, random);
    search.expect(room);
    for (int round = 0; round < room.length; round++) {
      search.fill(bounds[round], bounds[round + 1], room[round].clone());
    }
    if (replicas > 1 && search.groups.length > 1) {
      search.spread();
      search.mend();
    }
    return search;
  }

  /** Per chain its nodes. */
  int[][] groups() {
    return groups;
  }

  /**
   * How many pairs meet more often than their fair share rounded up, or so seldom that they miss
   * more than one meeting of their share rounded down.
   */
  int unevenPairs() {
    int uneven = 0;
    for (int a = 0; a < nodes; a++) {
      for (int b = 0; b < a; b++) {
        int pair = a * nodes + b;
        uneven += together[pair] > fair[pair] || together[pair] < fair[pair] - 2 ? 1 : 0;
      }
    }
    return uneven;
  }

  /** How often each pair would meet, from how often each node is in a chain. */
  private void expect(int[][] room) {
    long[] total = new long[nodes];
    long sum = 0;
    for (int[] round : room) {
      for (int node = 0; node < nodes; node++) {
        total[node] += round[node];
        sum += round[node];
      }
    }
    double partnersPerTarget = replicas - 1.0;
    for (int a = 0; a < nodes; a++) {
      lightness[a] = total[a] == 0 ? 1 : (double) sum / nodes / total[a];
      long others = 0;
      for (int b = 0; b < nodes; b++) {
        others += mayMeet(a, b) ? total[b] : 0;
      }
      for (int b = 0; b < nodes; b++) {
        double expected = others == 0 ? 0 : total[a] * partnersPerTarget * total[b] / others;
        fair[a * nodes + b] = Math.max(fair[a * nodes + b], (int) Math.ceil(expected - 1e-9));
        fair[b * nodes + a] = fair[a * nodes + b];
      }
    }
  }

  private boolean mayMeet(int a, int b) {
    return a != b && (mostPerZone > 1 || zoneOf[a] != zoneOf[b]);
  }

  /**
   * Takes for each chain a node of the zone with the most room left: that never runs into a dead
   * end (Gale and Ryser 1957).
   */
  private void fill(int from, int to, int[] left) {
    int[] leftInZone = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      leftInZone[zoneOf[node]] += left[node];
    }
    int[] order = new int[nodes];
    Arrays.setAll(order, i -> i);
    for (int chain = from; chain < to; chain++) {
      int[] group = groups[chain];
      random.shuffle(order);
      for (int place = 0; place < replicas; place++) {
        int best = -1;
        for (int node : order) {
          if (left[node] > 0
              && fits(group, place, node)
              && (best < 0 || before(node, best, to - chain, left, leftInZone))) {
            best = node;
          }
        }
        if (best < 0) {
          throw new IllegalStateException("no node fits into chain " + chain);
        }
        left[best]--;
        leftInZone[zoneOf[best]]--;
        group[place] = best;
      }
      count(group, 1);
    }
  }

  /** Whether a node must be taken rather than another one. */
  private boolean before(int node, int other, int chainsLeft, int[] left, int[] leftInZone) {
    boolean urgent = left[node] >= chainsLeft;
    boolean otherUrgent = left[other] >= chainsLeft;
    if (urgent != otherUrgent) {
      return urgent;
    }
    int zone = leftInZone[zoneOf[node]];
    int otherZone = leftInZone[zoneOf[other]];
    return zone != otherZone ? zone > otherZone : left[node] > left[other];
  }

  /** Whether a node may join the members before a place. */
  private boolean fits(int[] group, int members, int node) {
    return fits(group, members, -1, node);
  }

  private boolean fits(int[] group, int members, int except, int node) {
    int inZone = 0;
    for (int i = 0; i < members; i++) {
      if (i != except) {
        if (group[i] == node) {
          return false;
        }
        inZone += zoneOf[group[i]] == zoneOf[node] ? 1 : 0;
      }
    }
    return inZone < mostPerZone;
  }

  /** Swaps any two members, at first also when that is a little worse (Dueck and Scheuer 1990). */
  private void spread() {
    long tries = Math.max((long) TRIES_PER_CHAIN * groups.length, LEAST_TRIES);
    for (long i = 0; i < tries; i++) {
      double threshold = Math.max(0, MAX_THRESHOLD * (1 - 1.25 * i / tries));
      trySwap(random.below(groups.length), random.below(replicas), threshold);
    }
  }

  /** Swaps members of chains in which two nodes meet too often, until there are none. */
  private void mend() {
    int[] crowded = new int[groups.length];
    int fewest = Integer.MAX_VALUE;
    for (int patience = PATIENCE; patience > 0; patience--) {
      int count = 0;
      for (int chain = 0; chain < groups.length; chain++) {
        if (crowdedPlace(groups[chain]) >= 0) {
          crowded[count++] = chain;
        }
      }
      if (count == 0) {
        return;
      }
      if (count < fewest) {
        fewest = count;
        patience = PATIENCE;
      }
      // Looking for them costs more than trying, so try often before looking again.
      long batch = 64L * groups.length;
      for (long i = 0; i < batch; i++) {
        int chain = crowded[random.below(count)];
        int place = crowdedPlace(groups[chain]);
        if (place >= 0) {
          trySwap(chain, place, 0);
        } else {
          // Chains change under the swaps of others; sideways steps elsewhere free new ways.
          trySwap(random.below(groups.length), random.below(replicas), 0);
        }
      }
    }
  }

  /** A member that meets another one too often, chosen by chance; -1: none does. */
  private int crowdedPlace(int[] group) {
    int start = random.below(replicas);
    for (int i = 0; i < replicas; i++) {
      int a = (start + i) % replicas;
      for (int b = 0; b < replicas; b++) {
        int pair = group[a] * nodes + group[b];
        if (a != b && together[pair] > fair[pair]) {
          return a;
        }
      }
    }
    return -1;
  }

  /** Swaps a member with one of another chain of the round unless pairs meet less evenly by it. */
  private void trySwap(int chain, int place, double threshold) {
    int round = roundOf[chain];
    int partner = bounds[round] + random.below(bounds[round + 1] - bounds[round]);
    int partnerPlace = random.below(replicas);
    int[] one = groups[chain];
    int[] other = groups[partner];
    int a = one[place];
    int b = other[partnerPlace];
    if (chain == partner
        || a == b
        || !fits(one, replicas, place, b)
        || !fits(other, replicas, partnerPlace, a)) {
      return;
    }
    double change = change(one, other, place, a, b) + change(other, one, partnerPlace, b, a);
    if (change <= threshold + 1e-12) {
      move(one, other, place, a, b);
      move(other, one, partnerPlace, b, a);
      one[place] = b;
      other[partnerPlace] = a;
    }
  }

  /**
   * How much the sum of squares changes in a chain whose member {@code leaving} goes to the other
   * chain and {@code coming} comes. With those that are in both chains, nothing changes.
   */
  private double change(int[] group, int[] other, int place, int leaving, int coming) {
    double change = 0;
    for (int i = 0; i < replicas; i++) {
      if (i != place && !contains(other, group[i])) {
        int with = group[i];
        change +=
            lightness[with]
                * ((2 * together[coming * nodes + with] + 1) * lightness[coming]
                    - (2 * together[leaving * nodes + with] - 1) * lightness[leaving]);
      }
    }
    return change;
  }

  private void move(int[] group, int[] other, int place, int leaving, int coming) {
    for (int i = 0; i < replicas; i++) {
      if (i != place && !contains(other, group[i])) {
        meet(leaving, group[i], -1);
        meet(coming, group[i], 1);
      }
    }
  }

  private void count(int[] group, int change) {
    for (int i = 0; i < replicas; i++) {
      for (int j = 0; j < i; j++) {
        meet(group[i], group[j], change);
      }
    }
  }

  private void meet(int a, int b, int change) {
    together[a * nodes + b] += change;
    together[b * nodes + a] += change;
  }

  private static boolean contains(int[] group, int node) {
    for (int member : group) {
      if (member == node) {
        return true;
      }
    }
    return false;
  }
}
