package io.luciola.chaintable.placement;

import java.util.Arrays;

/**
 * Divides a number of targets over disks in proportion to their weights, so that each disk, each
 * node and each zone gets its exact share rounded down or up.
 *
 * <p>The shares of nodes are sums of the shares of their disks, and those of zones sums of nodes:
 * rounding such a tree always has a solution ("controlled rounding", Cox 1987, in one dimension),
 * found from the top by largest remainders within bounds that come from below.
 */
final class Apportionment {

  private final DiskTree tree;
  private final SplitMix64 random;

  Apportionment(DiskTree tree, SplitMix64 random) {
    this.tree = tree;
    this.random = random;
  }

  /**
   * Divides.
   *
   * @param total what is divided
   * @param weights by disk; {@code total} times their sum fits in 63 bits
   * @param least by disk, what it gets at least, where its share is less
   * @return by disk; null when the least is too much
   */
  int[] divide(long total, long[] weights, int[] least) {
    long[] unbounded = new long[weights.length];
    Arrays.fill(unbounded, total);
    Level disks = level(total, weights, Arrays.stream(least).asLongStream().toArray(), unbounded);
    Level nodes =
        level(total, tree.byNode(disks.weights), tree.byNode(disks.low), tree.byNode(disks.high));
    Level zones =
        level(total, tree.byZone(nodes.weights), tree.byZone(nodes.low), tree.byZone(nodes.high));
    long[] ofZones = new long[tree.zoneCount];
    if (!share(total, zones, all(tree.zoneCount), ofZones)) {
      return null;
    }
    long[] ofNodes = new long[tree.nodes.size()];
    for (int zone = 0; zone < tree.zoneCount; zone++) {
      if (!share(ofZones[zone], nodes, members(tree.zoneOfNode, zone), ofNodes)) {
        return null;
      }
    }
    long[] ofDisks = new long[weights.length];
    for (int node = 0; node < ofNodes.length; node++) {
      if (!share(ofNodes[node], disks, members(tree.nodeOfDisk, node), ofDisks)) {
        return null;
      }
    }
    return Arrays.stream(ofDisks).mapToInt(Math::toIntExact).toArray();
  }

  /** Shares rounded down and up, and how much is lost by rounding down. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Level(long[] weights, long[] low, long[] high, long[] remainder) {}

  /** Bounds: the share rounded, or what the parts below need. */
  private static Level level(long total, long[] weights, long[] lowBelow, long[] highBelow) {
    long sum = Arrays.stream(weights).sum();
    long[] low = new long[weights.length];
    long[] high = new long[weights.length];
    long[] remainder = new long[weights.length];
    for (int i = 0; i < weights.length; i++) {
      long product = Math.multiplyExact(total, weights[i]);
      long down = product / sum;
      remainder[i] = product % sum;
      low[i] = Math.max(down, lowBelow[i]);
      long up = down + (remainder[i] > 0 ? 1 : 0);
      high[i] = Math.max(low[i], Math.min(up, highBelow[i]));
    }
    return new Level(weights, low, high, remainder);
  }

  /** Gives each part its lower bound, and the rest by largest remainder. */
  private boolean share(long total, Level level, int[] parts, long[] into) {
    long left = total;
    for (int part : parts) {
      into[part] = level.low[part];
      left -= level.low[part];
    }
    if (left < 0) {
      return false;
    }
    random.shuffle(parts);
    int[] order =
        Arrays.stream(parts)
            .boxed()
            .sorted((a, b) -> Long.compare(level.remainder[b], level.remainder[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    while (left > 0) {
      long before = left;
      for (int part : order) {
        if (left > 0 && into[part] < level.high[part]) {
          into[part]++;
          left--;
        }
      }
      if (left == before) {
        return false;
      }
    }
    return true;
  }

  private static int[] all(int count) {
    int[] all = new int[count];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static int[] members(int[] ownerOf, int owner) {
    int count = 0;
    for (int of : ownerOf) {
      count += of == owner ? 1 : 0;
    }
    int[] members = new int[count];
    int next = 0;
    for (int i = 0; i < ownerOf.length; i++) {
      if (ownerOf[i] == owner) {
        members[next++] = i;
      }
    }
    return members;
  }
}
