package io.luciola.fio.failover;

import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What tests look for in a status. */
record ClusterFacts(GetStatusResponse status) {

  /** The ids of all chains. */
  List<Integer> chains() {
    return status.getRouting().getChainsList().stream().map(Chain::getId).toList();
  }

  /** The chains over which new files go. */
  List<Integer> newestTable() {
    return status.getRouting().getChainTablesList().stream()
        .max(Comparator.comparingInt(ChainTable::getVersion))
        .orElseThrow()
        .getChainIdsList();
  }

  /** The ids of the targets of a node. */
  Set<Long> targetsOn(int nodeId) {
    return status.getRouting().getTargetsList().stream()
        .filter(target -> target.getNodeId() == nodeId)
        .map(Target::getId)
        .collect(Collectors.toSet());
  }

  /** What targets say that they hold. */
  long usedBytes(Set<Long> targets) {
    return status.getTargetsList().stream()
        .filter(report -> targets.contains(report.getTargetId()))
        .mapToLong(TargetReport::getUsedBytes)
        .sum();
  }
}
