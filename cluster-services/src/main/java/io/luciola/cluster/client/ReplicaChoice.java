package io.luciola.cluster.client;

import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.routing.RoutingTable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the replica for a read: of those that have not failed it yet, the one that was asked
 * least so far, so that all serve the same share; but nobody who has much more to do than another
 * one, so that a slow one does not hold up the rest.
 */
final class ReplicaChoice {

  private static final int PENALTY = 1 << 20;

  /** How many reads more than the one with the fewest a replica may have to do. */
  private static final int SLACK = 8;

  /** Who was away is not asked for more than so many reads that it has missed. */
  private static final int MOST_MISSED = 1024;

  private final NodeLinks links;
  private final RandomGenerator random;

  // Of the replicas that can be chosen now, by their places.
  private int[] costs = {};
  private NodeLink[] asked = {};

  ReplicaChoice(NodeLinks links, RandomGenerator random) {
    this.links = links;
    this.random = random;
  }

  int choose(Piece piece, ChainRoute route, RoutingTable table, long nowNs) {
    forgetIfChanged(piece, route);
    int count = route.servingCount();
    reserve(count);
    int leastCost = Integer.MAX_VALUE;
    long mostReads = 0;
    for (int place = 0; place < count; place++) {
      asked[place] = links.linkTo(route.node(place));
      costs[place] = cost(piece, asked[place], place, table, nowNs);
      leastCost = Math.min(leastCost, costs[place]);
      mostReads = Math.max(mostReads, asked[place].reads);
    }
    int start = random.nextInt(count);
    int best = -1;
    for (int i = 0; i < count; i++) {
      int place = start + i < count ? start + i : start + i - count;
      NodeLink link = asked[place];
      link.reads = Math.max(link.reads, mostReads - MOST_MISSED);
      if (costs[place] <= leastCost + SLACK && (best < 0 || link.reads < asked[best].reads)) {
        best = place;
      }
    }
    asked[best].reads++;
    return best;
  }

  private void reserve(int count) {
    if (costs.length < count) {
      costs = new int[count];
      asked = new NodeLink[count];
    }
  }

  /** Whether a replica is left which has not failed the read since the chain changed. */
  boolean hasUntried(Piece piece, RoutingTable table) {
    ChainRoute route = table.route(piece.chainId);
    if (route == null) {
      return false;
    }
    forgetIfChanged(piece, route);
    return Long.bitCount(piece.triedPlaces) < route.servingCount();
  }

  private int cost(Piece piece, NodeLink link, int place, RoutingTable table, long nowNs) {
    int cost = link.outstanding;
    @Nullable NodeAddress address = table.node(link.nodeId);
    if (address == null || !address.alive()) {
      cost += PENALTY;
    }
    if (links.isPenalized(link, nowNs)) {
      cost += PENALTY;
    }
    if ((piece.triedPlaces & 1L << place) != 0) {
      cost += 4 * PENALTY;
    }
    return cost;
  }

  private static void forgetIfChanged(Piece piece, ChainRoute route) {
    if (piece.triedChainVersion != route.version()) {
      piece.triedChainVersion = route.version();
      piece.triedPlaces = 0;
    }
  }
}
