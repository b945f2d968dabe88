package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.mgmtd.proto.ApplyGrowthRequest;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetBudget;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the cluster use new disks by one edit of the map, in one term of the primary. Wrong
 * requests are an IllegalArgumentException; what has to be planned again is FAILED_PRECONDITION.
 */
final class GrowthAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(GrowthAdministration.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  GrowthAdministration(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /** Returns false when it was done before. */
  boolean apply(ApplyGrowthRequest request) {
    return state.alone(
        () -> {
          GrowthCheck check = new GrowthCheck(state.map());
          if (check.isDone(request)) {
            return false;
          }
          if (state.map().getVersion() != request.getRoutingVersion()) {
            throw lookAgain(
                "the routing map has version "
                    + state.map().getVersion()
                    + ", the plan was made from version "
                    + request.getRoutingVersion());
          }
          check.check(request);
          request.getTargetsList().forEach(target -> TargetDisk.checkHasNone(target, driver));
          request.getTargetsList().forEach(this::checkLives);
          List<Chain> chains =
              request.getChainsList().stream().map(PlacementAdministration::serving).toList();
          state.edit(map -> grown(map, request, chains));
          driver.onPlaced(chains.stream().map(ChainMessages::chain).toList());
          LOG.info(
              "an operator makes the cluster grow: {} targets, {} chains, version {} of chain"
                  + " table {}",
              request.getTargetsCount(),
              request.getChainsCount(),
              request.getTable().getVersion(),
              request.getTable().getId());
          return true;
        });
  }

  private void checkLives(Target target) {
    if (!driver.decide(membership -> membership.isAlive(target.getNodeId()))) {
      throw lookAgain("node " + target.getNodeId() + " is not alive");
    }
  }

  private static StatusRuntimeException lookAgain(String reason) {
    return Status.FAILED_PRECONDITION.withDescription(reason + "; look again").asRuntimeException();
  }

  private static RoutingMap.Builder grown(
      RoutingMap.Builder map, ApplyGrowthRequest request, List<Chain> chains) {
    Map<Long, Long> budgets =
        request.getBudgetsList().stream()
            .collect(Collectors.toMap(TargetBudget::getTargetId, TargetBudget::getBudgetBytes));
    map.getTargetsBuilderList()
        .forEach(
            target ->
                target.setBudgetBytes(
                    budgets.getOrDefault(target.getId(), target.getBudgetBytes())));
    request
        .getTargetsList()
        .forEach(target -> map.addTargets(target.toBuilder().clearQuarantine()));
    return map.addAllChains(chains).addChainTables(request.getTable());
  }
}
