package io.luciola.cluster.cli.admin;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.cli.status.StatusFacts;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is wrong with a chain, what is being done about it and what is left to the operator.
 *
 * @param chain its id
 * @param version its version
 * @param serves whether a target serves
 * @param findings one for each target that does not serve as it should
 * @param steps what the operator can do; empty when the cluster heals by itself
 */
record ChainDiagnosis(
    int chain, int version, boolean serves, List<String> findings, List<String> steps) {

  static ChainDiagnosis of(Chain chain, StatusFacts facts) {
    List<String> findings = new ArrayList<>();
    Set<String> steps = new LinkedHashSet<>();
    for (ChainTarget target : chain.getTargetsList()) {
      String finding = finding(target, chain, facts);
      if (!finding.isEmpty()) {
        findings.add(finding);
        addStep(target, facts, steps);
      }
    }
    if (first(chain, PublicTargetState.LASTSRV) != 0) {
      steps.add("the first LASTSRV target that is back serves, and refills the others");
      if (chain.getTargetsCount() > 1) {
        steps.add(
            "only if the first LASTSRV target is lost for good: luciola admin rotate-lastsrv "
                + chain.getId()
                + " --accept-data-loss");
      }
    }
    return new ChainDiagnosis(
        chain.getId(),
        chain.getVersion(),
        first(chain, PublicTargetState.SERVING) != 0,
        findings,
        List.copyOf(steps));
  }

  /** The first target in a state; 0 when there is none. */
  private static long first(Chain chain, PublicTargetState state) {
    return chain.getTargetsList().stream()
        .filter(target -> target.getState() == state)
        .mapToLong(ChainTarget::getTargetId)
        .findFirst()
        .orElse(0);
  }

  private static String finding(ChainTarget target, Chain chain, StatusFacts facts) {
    long id = target.getTargetId();
    String start = target.getState() + " " + place(id, facts);
    String time = " (for " + facts.inState(id) + ")";
    return switch (target.getState()) {
      case SERVING -> isThere(id, facts) ? "" : start + ": about to be taken out";
      case SYNCING -> start + time + ": being refilled; " + progress(id, chain, facts);
      case WAITING -> start + time + ": waits " + forWhom(chain, facts);
      case LASTSRV -> start + time + ": out, has all acknowledged data; " + why(id, facts);
      case OFFLINE -> start + time + ": out; " + why(id, facts);
      case INVALID, UNRECOGNIZED -> start + ": of no known state";
    };
  }

  private static void addStep(ChainTarget target, StatusFacts facts, Set<String> steps) {
    int nodeId = facts.nodeOf(target.getTargetId());
    if (!facts.quarantine(target.getTargetId()).isEmpty()) {
      steps.add(
          "look at target "
              + target.getTargetId()
              + " (dump-chunkmeta, checksum); then: luciola admin release-target "
              + target.getTargetId()
              + " --accept-data-loss");
    } else if (facts.isDisabled(nodeId)) {
      steps.add("luciola admin enable-node " + nodeId);
    } else if (!facts.isAlive(nodeId)) {
      steps.add("start node " + nodeId);
    } else if (facts.isStopped(nodeId)) {
      steps.add("restart node " + nodeId);
    } else if (facts.isOffline(target.getTargetId())) {
      steps.add(
          "look into the log of node "
              + nodeId
              + "; when its disk works, or another one is in its place: luciola admin add-disk"
              + " --node "
              + nodeId);
    }
  }

  private static String progress(long id, Chain chain, StatusFacts facts) {
    long source = first(chain, PublicTargetState.SERVING);
    return "it holds "
        + ByteSize.approximate(facts.report(id).getUsedBytes())
        + ", "
        + place(source, facts)
        + " "
        + ByteSize.approximate(facts.report(source).getUsedBytes());
  }

  private static String forWhom(Chain chain, StatusFacts facts) {
    long refilled = first(chain, PublicTargetState.SYNCING);
    return refilled == 0
        ? "for a target that serves"
        : "until " + place(refilled, facts) + " is refilled";
  }

  private static String why(long id, StatusFacts facts) {
    int nodeId = facts.nodeOf(id);
    if (!facts.quarantine(id).isEmpty()) {
      return facts.quarantine(id);
    }
    if (facts.isDisabled(nodeId)) {
      return "node " + nodeId + " is disabled";
    }
    if (facts.isAlive(nodeId) && facts.isStopped(nodeId)) {
      return "all chains were shut down";
    }
    if (!facts.isAlive(nodeId)) {
      return "node " + nodeId + " is silent for " + facts.silent(nodeId);
    }
    return facts.isOffline(id) ? "its node says that it is OFFLINE" : "its node lives";
  }

  private static boolean isThere(long id, StatusFacts facts) {
    return facts.isAlive(facts.nodeOf(id)) && !facts.isOffline(id);
  }

  private static String place(long id, StatusFacts facts) {
    return id + "@" + facts.nodeOf(id);
  }

  void print(PrintWriter out) {
    out.printf(
        "%nChain %d, version %d, %s%n", chain, version, serves ? "serves" : "DOES NOT SERVE");
    findings.forEach(finding -> out.printf("  %s%n", finding));
    steps.forEach(step -> out.printf("  -> %s%n", step));
  }
}
