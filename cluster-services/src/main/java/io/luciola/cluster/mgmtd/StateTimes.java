package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeSilence;
import io.luciola.cluster.mgmtd.proto.TargetSince;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Since when nodes are silent and targets are in their states, for the operator's eyes; what was
 * before this Mgmtd became the primary it does not know. Belongs to one thread at a time.
 */
final class StateTimes {

  private static final long NS_PER_MS = 1_000_000;

  private record Since(PublicTargetState state, long sinceNs, boolean atLeast) {}

  private final Map<Integer, Long> heardNs = new HashMap<>();
  private final Map<Long, Since> targets = new HashMap<>();
  private long beganNs;

  void onBecamePrimary(Collection<Chain> chains, long nowNs) {
    beganNs = nowNs;
    chains.forEach(chain -> note(chain, nowNs, true));
  }

  void onHeard(int nodeId, long nowNs) {
    heardNs.put(nodeId, nowNs);
  }

  void onChain(Chain chain, long nowNs) {
    note(chain, nowNs, false);
  }

  private void note(Chain chain, long nowNs, boolean atLeast) {
    for (ChainTarget target : chain.targets()) {
      Since known = targets.get(target.targetId());
      if (known == null || known.state != target.state()) {
        targets.put(target.targetId(), new Since(target.state(), nowNs, atLeast));
      }
    }
  }

  /** Writes into an answer what is known of nodes, and of the targets that do not serve. */
  void addTo(GetStatusResponse.Builder answer, List<Node> nodes, long nowNs) {
    for (Node node : nodes) {
      Long heard = heardNs.get(node.getId());
      answer.addSilences(
          NodeSilence.newBuilder()
              .setNodeId(node.getId())
              .setSilentMs((nowNs - (heard == null ? beganNs : heard)) / NS_PER_MS)
              .setAtLeast(heard == null));
    }
    targets.forEach(
        (targetId, since) -> {
          if (since.state != PublicTargetState.SERVING) {
            answer.addSince(
                TargetSince.newBuilder()
                    .setTargetId(targetId)
                    .setInStateMs((nowNs - since.sinceNs) / NS_PER_MS)
                    .setAtLeast(since.atLeast));
          }
        });
  }
}
