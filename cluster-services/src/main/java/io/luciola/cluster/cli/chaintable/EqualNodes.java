package io.luciola.cluster.cli.chaintable;

import io.luciola.chaintable.placement.PlacementNode;
import java.util.List;
import java.util.stream.IntStream;

/** Clusters on paper. */
final class EqualNodes {

  private EqualNodes() {}

  /** Nodes from id 1 on, dealt to zones in turn; 0 zones: none is named. */
  static List<PlacementNode> of(int nodes, int disks, long sizeBytes, int zones) {
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(
            id ->
                new PlacementNode(
                    id,
                    zones == 0 ? "" : "zone-" + ((id - 1) % zones + 1),
                    IntStream.range(0, disks)
                        .mapToObj(
                            index -> new PlacementNode.Disk(uuid(id, index), index, sizeBytes))
                        .toList()))
        .toList();
  }

  /** The UUID of a disk of which none is known. */
  static String uuid(int nodeId, int index) {
    return String.format("%016x%016x", nodeId, index);
  }
}
