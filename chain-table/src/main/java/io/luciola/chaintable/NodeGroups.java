package io.luciola.chaintable;

/**
 * Chooses the nodes of each chain: each node as often as it has room, no node twice in a chain, and
 * pairs of nodes together as evenly as a search gets.
 */
final class NodeGroups {

  /** Swaps tried per chain. */
  private static final int TRIES_PER_CHAIN = 400;

  private final int replicas;
  private final SplitMix64 random;
  private final int[][] groups;
  private final int[][] together;

  private NodeGroups(int nodes, int chains, int replicas, SplitMix64 random) {
    this.replicas = replicas;
    this.random = random;
    groups = new int[chains][replicas];
    together = new int[nodes][nodes];
  }

  /**
   * Chooses.
   *
   * @param room per node, in how many chains it is to be; the sum is {@code chains * replicas} and
   *     none is above {@code chains}
   * @return per chain its nodes
   */
  static int[][] choose(int[] room, int chains, int replicas, SplitMix64 random) {
    NodeGroups search = new NodeGroups(room.length, chains, replicas, random);
    search.fill(room.clone());
    search.spread();
    return search.groups;
  }

  /** Takes for each chain the nodes with the most room left: that never runs into a dead end. */
  private void fill(int[] left) {
    int[] order = new int[left.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int[] group : groups) {
      random.shuffle(order);
      for (int place = 0; place < replicas; place++) {
        int best = -1;
        for (int node : order) {
          if (!contains(group, place, node) && (best < 0 || left[node] > left[best])) {
            best = node;
          }
        }
        left[best]--;
        group[place] = best;
      }
      count(group, 1);
    }
  }

  /** Swaps members of two chains as long as that makes no pair meet more unevenly. */
  private void spread() {
    long tries = (long) TRIES_PER_CHAIN * groups.length;
    for (long i = 0; i < tries; i++) {
      int[] one = groups[random.below(groups.length)];
      int[] other = groups[random.below(groups.length)];
      int a = random.below(replicas);
      int b = random.below(replicas);
      if (one == other || contains(one, replicas, other[b]) || contains(other, replicas, one[a])) {
        continue;
      }
      long before = weight(one) + weight(other);
      swap(one, a, other, b);
      if (weight(one) + weight(other) > before) {
        swap(one, a, other, b);
      }
    }
  }

  private void swap(int[] one, int a, int[] other, int b) {
    count(one, -1);
    count(other, -1);
    int node = one[a];
    one[a] = other[b];
    other[b] = node;
    count(one, 1);
    count(other, 1);
  }

  /** How often the pairs of a chain meet; moving one meeting from a fuller pair lowers it. */
  private long weight(int[] group) {
    long sum = 0;
    for (int i = 0; i < replicas; i++) {
      for (int j = 0; j < i; j++) {
        sum += together[group[i]][group[j]];
      }
    }
    return sum;
  }

  private void count(int[] group, int change) {
    for (int i = 0; i < replicas; i++) {
      for (int j = 0; j < replicas; j++) {
        if (i != j) {
          together[group[i]][group[j]] += change;
        }
      }
    }
  }

  private static boolean contains(int[] group, int length, int node) {
    for (int i = 0; i < length; i++) {
      if (group[i] == node) {
        return true;
      }
    }
    return false;
  }
}
