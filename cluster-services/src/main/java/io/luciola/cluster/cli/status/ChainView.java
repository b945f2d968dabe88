package io.luciola.cluster.cli.status;

import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A chain as commands show it.
 *
 * @param targets head first
 */
public record ChainView(int id, int version, List<Place> targets) {

  /** A target's place in the chain. */
  public record Place(long target, int node, String state) {}

  /** A chain of a map; a target that the map does not place is shown at node 0. */
  public static ChainView of(Chain chain, RoutingMap map) {
    Map<Long, Integer> nodeOf =
        map.getTargetsList().stream()
            .filter(target -> target.getChainId() == chain.getId())
            .collect(Collectors.toMap(Target::getId, Target::getNodeId));
    return new ChainView(
        chain.getId(),
        chain.getVersion(),
        chain.getTargetsList().stream()
            .map(
                target ->
                    new Place(
                        target.getTargetId(),
                        nodeOf.getOrDefault(target.getTargetId(), 0),
                        target.getState().name()))
            .toList());
  }

  /** Prints a line, as below the heading of a list of chains. */
  public void print(PrintWriter out) {
    out.printf(
        "%7d  %7d  %s%n",
        id,
        version,
        targets.stream()
            .map(place -> place.target + "@" + place.node + " " + place.state)
            .collect(Collectors.joining(", ")));
  }
}
