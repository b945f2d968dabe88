package io.luciola.cluster.mgmtd;

import com.google.protobuf.MessageLite;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What tells the records of a routing map apart.
 *
 * @param version of chain tables, which have several; else 0
 */
record RoutingKey(Kind kind, long id, int version) {

  /** What a record is about. */
  enum Kind {
    NODE,
    TARGET,
    CHAIN,
    CHAIN_TABLE,
    CONFIG
  }

  static RoutingKey node(int nodeId) {
    return new RoutingKey(Kind.NODE, nodeId, 0);
  }

  /** All records of a map, in its order. */
  static Map<RoutingKey, MessageLite> records(RoutingMap map) {
    Map<RoutingKey, MessageLite> records = new LinkedHashMap<>();
    map.getNodesList().forEach(node -> records.put(node(node.getId()), node));
    map.getTargetsList()
        .forEach(target -> records.put(new RoutingKey(Kind.TARGET, target.getId(), 0), target));
    map.getChainsList()
        .forEach(chain -> records.put(new RoutingKey(Kind.CHAIN, chain.getId(), 0), chain));
    map.getChainTablesList()
        .forEach(
            table ->
                records.put(
                    new RoutingKey(Kind.CHAIN_TABLE, table.getId(), table.getVersion()), table));
    map.getConfigTemplatesList()
        .forEach(
            template ->
                records.put(new RoutingKey(Kind.CONFIG, template.getTypeValue(), 0), template));
    return records;
  }
}
