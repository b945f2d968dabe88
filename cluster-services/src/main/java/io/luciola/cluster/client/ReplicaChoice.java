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

  ReplicaChoice(NodeLinks links, RandomGenerator random) {
    this.links = links;
    this.random = random;
  }

  int choose(Piece piece, ChainRoute route, RoutingTable table, long nowNs) {
    forgetIfChanged(piece, route);
    int count = route.servingCount();
    int leastCost = Integer.MAX_VALUE;
    long mostReads = 0;
    for (int place = 0; place < count; place++) {
      leastCost = Math.min(leastCost, cost(piece, route.node(place), place, table, nowNs));
      mostReads = Math.max(mostReads, links.linkTo(route.node(place)).reads);
    }
    int start = random.nextInt(count);
    int best = -1;
    long fewestReads = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      int place = start + i < count ? start + i : start + i - count;
      NodeLink link = links.linkTo(route.node(place));
      link.reads = Math.max(link.reads, mostReads - MOST_MISSED);
      if (link.reads < fewestReads
          && cost(piece, route.node(place), place, table, nowNs) <= leastCost + SLACK) {
        best = place;
        fewestReads = link.reads;
      }
    }
    links.linkTo(route.node(best)).reads++;
    return best;
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

  private int cost(Piece piece, int nodeId, int place, RoutingTable table, long nowNs) {
    NodeLink link = links.linkTo(nodeId);
    int cost = link.outstanding;
    @Nullable NodeAddress address = table.node(nodeId);
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
