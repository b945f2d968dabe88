package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.HeartbeatRequest;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Who was heard, when, and what they said of their targets. Kept in memory only. */
final class Liveness {

  private final long timeoutNs;
  private final LongSupplier nanoClock;
  private final Map<Integer, Heard> heard = new ConcurrentHashMap<>();

  Liveness(long timeoutNs, LongSupplier nanoClock) {
    this.timeoutNs = timeoutNs;
    this.nanoClock = nanoClock;
  }

  void registered(int nodeId) {
    heard.put(nodeId, new Heard(nanoClock.getAsLong(), List.of()));
  }

  /** Records a heartbeat; false when the node has not registered since this Mgmtd started. */
  boolean beat(HeartbeatRequest heartbeat) {
    Heard now = new Heard(nanoClock.getAsLong(), heartbeat.getTargetsList());
    return heard.computeIfPresent(heartbeat.getNodeId(), (node, before) -> now) != null;
  }

  boolean isAlive(int nodeId) {
    Heard last = heard.get(nodeId);
    return last != null && nanoClock.getAsLong() - last.atNs < timeoutNs;
  }

  /** The newest report of every target that was ever reported. */
  List<TargetReport> reports() {
    List<TargetReport> all = new ArrayList<>();
    heard.values().forEach(last -> all.addAll(last.reports));
    return all;
  }

  private record Heard(long atNs, List<TargetReport> reports) {}
}
