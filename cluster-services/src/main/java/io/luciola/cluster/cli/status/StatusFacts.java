package io.luciola.cluster.cli.status;

import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeSilence;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.mgmtd.proto.TargetSince;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one answer of Mgmtd says of nodes and targets, by their ids. Of what Mgmtd does not know
 * there are defaults, never null and no exception.
 */
public final class StatusFacts {

  private final Map<Long, TargetReport> reports;
  private final Map<Long, Target> targets;
  private final Map<Long, TargetSince> since;
  private final Map<Integer, Node> nodes;
  private final Map<Integer, NodeSilence> silences;

  /** Those of one answer. */
  public StatusFacts(GetStatusResponse status) {
    reports =
        status.getTargetsList().stream()
            .collect(Collectors.toMap(TargetReport::getTargetId, report -> report, (a, b) -> b));
    targets =
        status.getRouting().getTargetsList().stream()
            .collect(Collectors.toMap(Target::getId, target -> target));
    since =
        status.getSinceList().stream()
            .collect(Collectors.toMap(TargetSince::getTargetId, time -> time));
    nodes =
        status.getRouting().getNodesList().stream()
            .collect(Collectors.toMap(Node::getId, node -> node));
    silences =
        status.getSilencesList().stream()
            .collect(Collectors.toMap(NodeSilence::getNodeId, silence -> silence));
  }

  /** What a node said of its target; the default message when it said nothing. */
  public TargetReport report(long targetId) {
    return reports.getOrDefault(targetId, TargetReport.getDefaultInstance());
  }

  /** Whether a node said of its target that it is offline. */
  public boolean isOffline(long targetId) {
    return report(targetId).getState() == TargetReport.State.OFFLINE;
  }

  /** The node that holds a target; 0 when the map does not say. */
  public int nodeOf(long targetId) {
    return targets.getOrDefault(targetId, Target.getDefaultInstance()).getNodeId();
  }

  /** The disk that a target is on; empty when the map does not say. */
  public String diskOf(long targetId) {
    return targets.getOrDefault(targetId, Target.getDefaultInstance()).getDiskUuid();
  }

  /** Whether Mgmtd takes a node for alive; false for one that it does not know. */
  public boolean isAlive(int nodeId) {
    return node(nodeId).getAlive();
  }

  /** Why a target stays out until an operator releases it; empty when it does not. */
  public String quarantine(long targetId) {
    return targets.getOrDefault(targetId, Target.getDefaultInstance()).getQuarantine();
  }

  /** Whether an operator does not want a node to be counted on. */
  public boolean isDisabled(int nodeId) {
    return node(nodeId).getDisabled();
  }

  /** Whether an operator asked a node's process to stop to serve. */
  public boolean isStopped(int nodeId) {
    Node node = node(nodeId);
    return node.getIncarnation() != 0 && node.getIncarnation() == node.getStoppedIncarnation();
  }

  private Node node(int nodeId) {
    return nodes.getOrDefault(nodeId, Node.getDefaultInstance());
  }

  NodeSilence silence(int nodeId) {
    return silences.getOrDefault(nodeId, NodeSilence.getDefaultInstance());
  }

  /** For how long a node was not heard, for people. */
  public String silent(int nodeId) {
    NodeSilence silence = silence(nodeId);
    return duration(silence.getSilentMs(), silence.getAtLeast());
  }

  /** For how long a target has been in its state, for people. */
  public String inState(long targetId) {
    TargetSince time = since.getOrDefault(targetId, TargetSince.getDefaultInstance());
    return duration(time.getInStateMs(), time.getAtLeast());
  }

  static String duration(long ms, boolean atLeast) {
    long seconds = ms / 1000;
    String text =
        seconds < 10
            ? String.format(Locale.ROOT, "%d.%d s", seconds, ms % 1000 / 100)
            : seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    return (atLeast ? "> " : "") + text;
  }
}
