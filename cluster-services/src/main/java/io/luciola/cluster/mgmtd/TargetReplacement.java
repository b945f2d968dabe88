package io.luciola.cluster.mgmtd;

import io.grpc.Status;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.mgmtd.proto.ReplaceTargetRequest;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a new target in the place of one that was lost with its disk, in one term of the primary.
 * Wrong requests are an IllegalArgumentException; what cannot be now is FAILED_PRECONDITION.
 */
final class TargetReplacement {

  private static final Logger LOG = LoggerFactory.getLogger(TargetReplacement.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  TargetReplacement(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /** Returns false when it was done before. */
  boolean replace(ReplaceTargetRequest request) {
    return state.alone(
        () -> {
          long oldId = request.getOldTargetId();
          Target old = target(oldId);
          if (old == null) {
            checkIsDone(request);
            return false;
          }
          Optional<Chain> chain =
              state.map().getChainsList().stream().filter(one -> has(one, oldId)).findFirst();
          if (chain.isEmpty()) {
            state.edit(map -> without(oldId, map));
            LOG.info("an operator gives up target {}, which was in no chain", oldId);
          } else {
            Target fresh =
                request.getReplacement().toBuilder()
                    .setChainId(chain.get().getId())
                    .setReplacedDiskUuid(old.getDiskUuid())
                    .clearQuarantine()
                    .build();
            check(fresh, chain.get(), old);
            put(fresh, chain.get(), old);
          }
          driver.decide(
              membership -> {
                membership.onTargetForgotten(oldId);
                return oldId;
              });
          return true;
        });
  }

  private void put(Target fresh, Chain chain, Target old) {
    try {
      driver.decideDurably(
          membership ->
              membership.onTargetReplaced(
                  chain.getId(), old.getId(), fresh.getNodeId(), fresh.getId()),
          map -> without(old.getId(), map).addTargets(fresh));
    } catch (IllegalStateException notNow) {
      throw Status.FAILED_PRECONDITION.withDescription(notNow.getMessage()).asRuntimeException();
    }
    LOG.info(
        "an operator replaces target {} of chain {} by target {} on disk {} of node {}",
        old.getId(),
        chain.getId(),
        fresh.getId(),
        fresh.getDiskUuid(),
        fresh.getNodeId());
  }

  /** Who asks again after the answer was lost. */
  private void checkIsDone(ReplaceTargetRequest request) {
    long freshId = request.getReplacement().getId();
    if (freshId != 0 && target(freshId) == null) {
      throw new IllegalArgumentException("there is no target " + request.getOldTargetId());
    }
  }

  private void check(Target fresh, Chain chain, Target old) {
    if (fresh.getId() <= 0 || fresh.getBudgetBytes() <= 0) {
      throw new IllegalArgumentException("the id and the budget of a target are positive");
    }
    if (target(fresh.getId()) != null) {
      throw new IllegalArgumentException("target " + fresh.getId() + " exists");
    }
    checkSpace(fresh, TargetDisk.of(fresh, state.map()));
    TargetDisk.checkHasNone(fresh, driver);
    boolean shared =
        chain.getTargetsList().stream()
            .map(place -> target(place.getTargetId()))
            .anyMatch(
                other ->
                    other != null
                        && other.getId() != old.getId()
                        && other.getNodeId() == fresh.getNodeId());
    if (shared) {
      throw new IllegalArgumentException(
          "chain "
              + chain.getId()
              + " has another target on node "
              + fresh.getNodeId()
              + "; the replicas of a chain are on different nodes");
    }
  }

  private void checkSpace(Target fresh, Disk disk) {
    long taken =
        state.map().getTargetsList().stream()
            .filter(target -> target.getDiskUuid().equals(disk.getUuid()))
            .mapToLong(Target::getBudgetBytes)
            .sum();
    if (taken + fresh.getBudgetBytes() > disk.getSizeBytes()) {
      throw new IllegalArgumentException(
          "disk "
              + disk.getUuid()
              + " is too small: of its "
              + disk.getSizeBytes()
              + " bytes "
              + taken
              + " are given away, the target needs "
              + fresh.getBudgetBytes());
    }
  }

  private static boolean has(Chain chain, long targetId) {
    return chain.getTargetsList().stream().anyMatch(place -> place.getTargetId() == targetId);
  }

  private @Nullable Target target(long targetId) {
    return state.map().getTargetsList().stream()
        .filter(target -> target.getId() == targetId)
        .findFirst()
        .orElse(null);
  }

  private static RoutingMap.Builder without(long targetId, RoutingMap.Builder map) {
    List<Target> others =
        map.getTargetsList().stream().filter(target -> target.getId() != targetId).toList();
    return map.clearTargets().addAllTargets(others);
  }
}
