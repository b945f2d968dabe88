package io.luciola.cluster.mgmtd;

import com.google.protobuf.MessageLite;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a routing map has that the one before had not, and what it lacks.
 *
 * @param changed records that are new or other
 * @param gone records that are not there any more
 */
record RoutingDiff(Map<RoutingKey, MessageLite> changed, Set<RoutingKey> gone) {

  static RoutingDiff between(RoutingMap before, RoutingMap after) {
    Map<RoutingKey, MessageLite> known = RoutingKey.records(before);
    Map<RoutingKey, MessageLite> changed = new LinkedHashMap<>();
    RoutingKey.records(after)
        .forEach(
            (key, record) -> {
              if (!record.equals(known.remove(key))) {
                changed.put(key, record);
              }
            });
    return new RoutingDiff(changed, known.keySet());
  }
}
