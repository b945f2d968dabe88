package io.luciola.cluster.client;

import io.luciola.cluster.routing.ChainRoute;
import io.luciola.cluster.routing.NodeAddress;
import io.luciola.cluster.routing.RoutingTable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses the replica for a read: one that has not failed it yet, with the least to do. */
final class ReplicaChoice {

  private static final int PENALTY = 1 << 20;

  private final NodeLinks links;
  private final RandomGenerator random;

  ReplicaChoice(NodeLinks links, RandomGenerator random) {
    this.links = links;
    this.random = random;
  }

  int choose(Piece piece, ChainRoute route, RoutingTable table, long nowNs) {
    forgetIfChanged(piece, route);
    int count = route.servingCount();
    int start = random.nextInt(count);
    int best = start;
    int bestCost = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      int place = start + i < count ? start + i : start + i - count;
      int cost = cost(piece, route.node(place), place, table, nowNs);
      if (cost < bestCost) {
        best = place;
        bestCost = cost;
      }
    }
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
