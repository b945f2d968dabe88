package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTable;
import io.luciola.cluster.mgmtd.proto.CreateTargetRequest;
import io.luciola.cluster.mgmtd.proto.NewChain;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import io.luciola.cluster.mgmtd.proto.UploadChainTableRequest;
import io.luciola.cluster.mgmtd.proto.UploadChainTableResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators add: targets, chains and versions of chain tables, in one term of the primary.
 * Wrong requests are an IllegalArgumentException, those that cannot be followed now an
 * IllegalStateException, with messages for the operator.
 */
final class PlacementAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(PlacementAdministration.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  PlacementAdministration(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /** Gives a node one more target. */
  void createTarget(CreateTargetRequest request) {
    state.alone(
        () -> {
          checkThereIsATable();
          Target known = targets().get(request.getTargetId());
          Target target =
              Target.newBuilder()
                  .setId(request.getTargetId())
                  .setNodeId(request.getNodeId())
                  .setDiskUuid(request.getDiskUuid())
                  .setBudgetBytes(request.getBudgetBytes())
                  .build();
          if (known != null && !known.toBuilder().clearChainId().build().equals(target)) {
            throw new IllegalArgumentException(
                "target " + target.getId() + " exists, with other properties");
          }
          if (known == null) {
            check(target);
            state.edit(map -> map.addTargets(target));
            driver.onPlaced(List.of());
            LOG.info("an operator gives node {} target {}", target.getNodeId(), target.getId());
          }
          return null;
        });
  }

  private void checkThereIsATable() {
    if (state.map().getVersion() == 0) {
      throw new IllegalStateException(
          "there is no chain table yet: the cluster waits for its storage nodes");
    }
  }

  private void check(Target target) {
    TargetDisk.of(target, state.map());
    TargetDisk.checkHasNone(target, driver);
    if (target.getId() <= 0 || target.getBudgetBytes() <= 0) {
      throw new IllegalArgumentException("the id and the budget of a target are positive");
    }
  }

  /**
   * Makes the chains of a list that do not exist.
   *
   * @return how many were made
   */
  int addChains(List<NewChain> wanted) {
    return state.alone(
        () -> {
          checkThereIsATable();
          List<Chain> fresh = fresh(wanted);
          if (!fresh.isEmpty()) {
            state.edit(map -> with(fresh, map));
            driver.onPlaced(fresh.stream().map(ChainMessages::chain).toList());
            LOG.info("an operator adds {} chains", fresh.size());
          }
          return fresh.size();
        });
  }

  private List<Chain> fresh(List<NewChain> wanted) {
    Map<Integer, Chain> known =
        state.map().getChainsList().stream()
            .collect(Collectors.toMap(Chain::getId, chain -> chain));
    Set<Integer> ids = new HashSet<>();
    Set<Long> taken = new HashSet<>();
    List<Chain> fresh = new ArrayList<>();
    for (NewChain chain : wanted) {
      if (!ids.add(chain.getId())) {
        throw new IllegalArgumentException("chain " + chain.getId() + " is there twice");
      }
      Chain existing = known.get(chain.getId());
      if (existing == null) {
        checkTargets(chain, taken);
        fresh.add(serving(chain));
      } else if (!targetsOf(existing).equals(Set.copyOf(chain.getTargetIdsList()))) {
        throw new IllegalArgumentException(
            "chain "
                + chain.getId()
                + " exists with the targets "
                + targetsOf(existing)
                + "; targets of a chain are changed by update-chain");
      }
    }
    return fresh;
  }

  private static Set<Long> targetsOf(Chain chain) {
    return chain.getTargetsList().stream()
        .map(target -> target.getTargetId())
        .collect(Collectors.toSet());
  }

  private void checkTargets(NewChain chain, Set<Long> taken) {
    String name = "chain " + chain.getId();
    int replicas = chain.getTargetIdsCount();
    if (chain.getId() <= 0) {
      throw new IllegalArgumentException("the id of a chain is positive, not " + chain.getId());
    }
    if (replicas < 1 || replicas > PlacementConfig.MAX_REPLICAS) {
      throw new IllegalArgumentException(
          name + " must have 1 to " + PlacementConfig.MAX_REPLICAS + " targets, not " + replicas);
    }
    Map<Long, Target> targets = targets();
    Map<Integer, Long> nodes = new HashMap<>();
    for (long id : chain.getTargetIdsList()) {
      Target target = targets.get(id);
      if (target == null) {
        throw new IllegalArgumentException(name + ": there is no target " + id);
      }
      if (target.getChainId() != 0) {
        throw new IllegalArgumentException(
            name + ": target " + id + " has data of chain " + target.getChainId());
      }
      if (!taken.add(id)) {
        throw new IllegalArgumentException(name + ": target " + id + " is there twice");
      }
      Long neighbour = nodes.put(target.getNodeId(), id);
      if (neighbour != null) {
        throw new IllegalArgumentException(
            name
                + ": the targets "
                + neighbour
                + " and "
                + id
                + " are both on node "
                + target.getNodeId()
                + "; the replicas of a chain are on different nodes");
      }
      checkIsHeld(name, target);
    }
  }

  private void checkIsHeld(String chainName, Target target) {
    boolean held =
        driver.reports().stream()
            .anyMatch(
                report ->
                    report.getTargetId() == target.getId()
                        && report.getState() != TargetReport.State.OFFLINE);
    if (!held) {
      throw new IllegalStateException(
          chainName
              + ": node "
              + target.getNodeId()
              + " does not hold target "
              + target.getId()
              + " (yet); look into its log");
    }
  }

  /** A chain that begins to serve, with all of its targets. */
  static Chain serving(NewChain chain) {
    return ChainMessages.message(
        new io.luciola.chaintable.Chain(
            chain.getId(),
            1,
            chain.getTargetIdsList().stream()
                .map(id -> new io.luciola.chaintable.ChainTarget(id, PublicTargetState.SERVING))
                .toList()));
  }

  private static RoutingMap.Builder with(List<Chain> fresh, RoutingMap.Builder map) {
    map.addAllChains(fresh);
    Map<Long, Integer> chainOf = new HashMap<>();
    fresh.forEach(chain -> targetsOf(chain).forEach(id -> chainOf.put(id, chain.getId())));
    map.getTargetsBuilderList().stream()
        .filter(target -> chainOf.containsKey(target.getId()))
        .forEach(target -> target.setChainId(chainOf.get(target.getId())));
    return map;
  }

  /** Makes the next version of a table when its list is another one. */
  UploadChainTableResponse setChainTable(UploadChainTableRequest request) {
    int tableId = request.getTableId();
    return state.alone(
        () -> {
          checkThereIsATable();
          checkList(tableId, request.getChainIdsList());
          ChainTable newest =
              state.map().getChainTablesList().stream()
                  .filter(table -> table.getId() == tableId)
                  .max(Comparator.comparingInt(ChainTable::getVersion))
                  .orElse(ChainTable.getDefaultInstance());
          if (isAsWanted(newest, request)) {
            return UploadChainTableResponse.newBuilder().setVersion(newest.getVersion()).build();
          }
          ChainTable next =
              ChainTable.newBuilder()
                  .setId(tableId)
                  .setVersion(newest.getVersion() + 1)
                  .addAllChainIds(request.getChainIdsList())
                  .addAllRoundStarts(request.getRoundStartsList())
                  .build();
          checkRounds(next);
          state.edit(map -> map.addChainTables(next));
          LOG.info("an operator makes version {} of chain table {}", next.getVersion(), tableId);
          return UploadChainTableResponse.newBuilder()
              .setVersion(next.getVersion())
              .setMade(true)
              .build();
        });
  }

  private static boolean isAsWanted(ChainTable table, UploadChainTableRequest wanted) {
    return table.getChainIdsList().equals(wanted.getChainIdsList())
        && (wanted.getRoundStartsCount() == 0
            || table.getRoundStartsList().equals(wanted.getRoundStartsList()));
  }

  private static void checkRounds(ChainTable table) {
    if (table.getRoundStartsCount() > 0) {
      new io.luciola.chaintable.ChainTable(
          table.getId(), table.getVersion(), table.getChainIdsList(), table.getRoundStartsList());
    }
  }

  private void checkList(int tableId, List<Integer> chainIds) {
    if (tableId <= 0 || chainIds.isEmpty()) {
      throw new IllegalArgumentException("a chain table has a positive id and at least one chain");
    }
    Map<Integer, Integer> replicas =
        state.map().getChainsList().stream()
            .collect(Collectors.toMap(Chain::getId, Chain::getTargetsCount));
    Set<Integer> seen = new HashSet<>();
    for (int id : chainIds) {
      if (!replicas.containsKey(id)) {
        throw new IllegalArgumentException("there is no chain " + id);
      }
      if (!seen.add(id)) {
        throw new IllegalArgumentException("chain " + id + " is there twice");
      }
      if (!replicas.get(id).equals(replicas.get(chainIds.getFirst()))) {
        throw new IllegalArgumentException(
            "the chains of a table have the same number of targets; chain "
                + chainIds.getFirst()
                + " has "
                + replicas.get(chainIds.getFirst())
                + ", chain "
                + id
                + " has "
                + replicas.get(id));
      }
    }
  }

  private Map<Long, Target> targets() {
    return state.map().getTargetsList().stream()
        .collect(Collectors.toMap(Target::getId, target -> target));
  }
}
