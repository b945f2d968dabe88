package io.luciola.cluster.mgmtd;

import com.google.protobuf.MessageLite;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.ConfigTemplate;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.util.HashMap;
import java.util.Map;

/**
 * In which version of the routing map each of its records changed last, as far back as this Mgmtd
 * has been the primary; and the opposite, a map with the changes put in.
 */
final class RoutingChanges {

  private long fromVersion;
  private final Map<RoutingKey, Long> changedIn = new HashMap<>();

  /** Knows what changes after a version. */
  RoutingChanges(long fromVersion) {
    this.fromVersion = fromVersion;
  }

  /**
   * Takes note of what is other in the next map. Where a record is gone, which is rare, all who
   * have an older version get the whole map.
   */
  void onChange(RoutingDiff diff, long version) {
    diff.changed().keySet().forEach(key -> changedIn.put(key, version));
    if (!diff.gone().isEmpty()) {
      fromVersion = version;
      changedIn.keySet().removeAll(diff.gone());
    }
  }

  /** Takes note that something changed about a node that is not in the map itself. */
  void onNode(int nodeId, long version) {
    changedIn.put(RoutingKey.node(nodeId), version);
  }

  /** What somebody needs who has a version of the map: what changed, or all of it. */
  GetRoutingResponse since(long knownVersion, RoutingMap map) {
    if (knownVersion < fromVersion || knownVersion == 0) {
      return GetRoutingResponse.newBuilder().setRouting(map).build();
    }
    RoutingMap.Builder changed = RoutingMap.newBuilder().setVersion(map.getVersion());
    RoutingKey.records(map)
        .forEach(
            (key, record) -> {
              if (changedIn.getOrDefault(key, 0L) > knownVersion) {
                add(changed, key.kind(), record);
              }
            });
    return GetRoutingResponse.newBuilder().setRouting(changed).setDelta(true).build();
  }

  /** A map with the changes put in; records that are new come last. */
  static RoutingMap apply(RoutingMap known, RoutingMap changes) {
    Map<RoutingKey, MessageLite> records = RoutingKey.records(known);
    records.putAll(RoutingKey.records(changes));
    RoutingMap.Builder map = RoutingMap.newBuilder().setVersion(changes.getVersion());
    records.forEach((key, record) -> add(map, key.kind(), record));
    return map.build();
  }

  private static void add(RoutingMap.Builder map, RoutingKey.Kind kind, MessageLite record) {
    switch (kind) {
      case NODE -> map.addNodes((Node) record);
      case TARGET -> map.addTargets((Target) record);
      case CHAIN -> map.addChains((Chain) record);
      case CHAIN_TABLE -> map.addChainTables((ChainTable) record);
      case CONFIG -> map.addConfigTemplates((ConfigTemplate) record);
    }
  }
}
