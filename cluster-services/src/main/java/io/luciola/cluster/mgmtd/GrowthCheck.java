package io.luciola.cluster.mgmtd;

import io.luciola.cluster.mgmtd.proto.ApplyGrowthRequest;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.NewChain;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetBudget;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a routing map can grow as it is asked to; what is wrong is an IllegalArgumentException.
 */
final class GrowthCheck {

  private final RoutingMap map;
  private final Map<Long, Target> known;
  private final Map<Integer, Chain> chains;

  GrowthCheck(RoutingMap map) {
    this.map = map;
    known =
        map.getTargetsList().stream().collect(Collectors.toMap(Target::getId, target -> target));
    chains = map.getChainsList().stream().collect(Collectors.toMap(Chain::getId, chain -> chain));
  }

  /** Whether the map has all that is asked for already. */
  boolean isDone(ApplyGrowthRequest request) {
    return map.getChainTablesList().contains(request.getTable())
        && request.getTargetsList().stream().allMatch(this::isKnown);
  }

  private boolean isKnown(Target wanted) {
    Target target = known.get(wanted.getId());
    return target != null
        && target.getNodeId() == wanted.getNodeId()
        && target.getDiskUuid().equals(wanted.getDiskUuid())
        && target.getChainId() == wanted.getChainId();
  }

  void check(ApplyGrowthRequest request) {
    checkTable(request);
    checkTargets(request.getTargetsList());
    checkChains(request);
    checkBudgets(request);
  }

  private void checkTable(ApplyGrowthRequest request) {
    ChainTable next = request.getTable();
    ChainTable newest =
        map.getChainTablesList().stream()
            .filter(table -> table.getId() == next.getId())
            .max(Comparator.comparingInt(ChainTable::getVersion))
            .orElseThrow(() -> wrong("there is no chain table " + next.getId()));
    if (next.getVersion() != newest.getVersion() + 1) {
      throw wrong(
          "the next version of chain table "
              + next.getId()
              + " is "
              + (newest.getVersion() + 1)
              + ", not "
              + next.getVersion());
    }
    new io.luciola.chaintable.ChainTable(
        next.getId(), next.getVersion(), next.getChainIdsList(), next.getRoundStartsList());
    List<Integer> starts =
        newest.getRoundStartsCount() == 0 ? List.of(0) : newest.getRoundStartsList();
    if (!beginsWith(next.getChainIdsList(), newest.getChainIdsList())
        || !beginsWith(next.getRoundStartsList(), starts)) {
      throw wrong(
          "chain table "
              + next.getId()
              + " keeps the slots and rounds of version "
              + newest.getVersion()
              + " at its front");
    }
    List<Integer> added =
        next.getChainIdsList().subList(newest.getChainIdsCount(), next.getChainIdsCount());
    Set<Integer> fresh =
        request.getChainsList().stream().map(NewChain::getId).collect(Collectors.toSet());
    if (added.size() != fresh.size() || !fresh.equals(Set.copyOf(added))) {
      throw wrong("each new chain takes one slot at the end of chain table " + next.getId());
    }
  }

  private static <T> boolean beginsWith(List<T> list, List<T> beginning) {
    return list.size() >= beginning.size() && list.subList(0, beginning.size()).equals(beginning);
  }

  private void checkTargets(List<Target> targets) {
    Set<Long> ids = new HashSet<>();
    for (Target target : targets) {
      if (target.getId() <= 0 || target.getBudgetBytes() <= 0) {
        throw wrong("the id and the budget of a target are positive");
      }
      if (known.containsKey(target.getId()) || !ids.add(target.getId())) {
        throw wrong("target " + target.getId() + " exists");
      }
      TargetDisk.of(target, map);
    }
  }

  private void checkChains(ApplyGrowthRequest request) {
    Map<Long, Target> fresh =
        request.getTargetsList().stream()
            .collect(Collectors.toMap(Target::getId, target -> target));
    int replicas = chains.get(request.getTable().getChainIds(0)).getTargetsCount();
    Set<Long> used = new HashSet<>();
    for (NewChain chain : request.getChainsList()) {
      String name = "chain " + chain.getId();
      if (chain.getId() <= 0 || chains.containsKey(chain.getId())) {
        throw wrong(name + " exists, or has no positive id");
      }
      if (chain.getTargetIdsCount() != replicas) {
        throw wrong(name + " must have " + replicas + " targets, as the others of the table");
      }
      Set<Integer> nodes = new HashSet<>();
      for (long id : chain.getTargetIdsList()) {
        Target target = fresh.get(id);
        if (target == null || target.getChainId() != chain.getId() || !used.add(id)) {
          throw wrong(name + ": target " + id + " is not a new target of this chain alone");
        }
        if (!nodes.add(target.getNodeId())) {
          throw wrong(name + " has two targets on node " + target.getNodeId());
        }
      }
    }
    if (used.size() != fresh.size()) {
      throw wrong("some new targets are in no new chain");
    }
  }

  private void checkBudgets(ApplyGrowthRequest request) {
    Map<Long, Target> after = new HashMap<>(known);
    request.getTargetsList().forEach(target -> after.put(target.getId(), target));
    for (TargetBudget budget : request.getBudgetsList()) {
      Target target = known.get(budget.getTargetId());
      if (target == null) {
        throw wrong("there is no target " + budget.getTargetId() + " whose budget could change");
      }
      if (budget.getBudgetBytes() <= 0) {
        throw wrong("the budget of target " + target.getId() + " must be positive");
      }
      after.put(target.getId(), target.toBuilder().setBudgetBytes(budget.getBudgetBytes()).build());
    }
    Map<String, Long> sums = new HashMap<>();
    after
        .values()
        .forEach(target -> sums.merge(target.getDiskUuid(), target.getBudgetBytes(), Long::sum));
    for (Node node : map.getNodesList()) {
      for (Disk disk : node.getDisksList()) {
        long sum = sums.getOrDefault(disk.getUuid(), 0L);
        if (sum > disk.getSizeBytes()) {
          throw wrong(
              "the targets on disk "
                  + disk.getUuid()
                  + " of node "
                  + node.getId()
                  + " would have "
                  + sum
                  + " bytes, more than its "
                  + disk.getSizeBytes());
        }
      }
    }
  }

  private static IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(message);
  }
}
