package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.PreferredOrder;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.UpdateChainRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators do with chains that exist, in one term of the primary. Wrong requests are an
 * IllegalArgumentException, those that cannot be followed now an IllegalStateException, with
 * messages for the operator.
 */
final class ChainAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(ChainAdministration.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  ChainAdministration(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /** Takes a target out of its chain; when it lives, it comes back. */
  void takeOffline(long targetId) {
    target(targetId);
    LOG.info("an operator takes target {} offline", targetId);
    driver.decideDurably(membership -> membership.onTakenOffline(targetId));
  }

  /** Gives up the first of a chain's last serving targets. */
  void giveUpLastServing(int chainId) {
    LOG.warn("an operator gives up the first LASTSRV target of chain {}", chainId);
    driver.decideDurably(membership -> membership.onLastServingGivenUp(chainId));
  }

  /** Notes in which order a chain should be. */
  void setPreferredOrder(int chainId, List<Long> targetIds) {
    state.alone(
        () -> {
          PreferredOrder.check(ChainMessages.chain(chain(chainId)), targetIds);
          return state.edit(
              map -> {
                map.getChainsBuilderList().stream()
                    .filter(chain -> chain.getId() == chainId)
                    .forEach(
                        chain ->
                            chain.clearPreferredTargetIds().addAllPreferredTargetIds(targetIds));
                return map;
              });
        });
    LOG.info("an operator prefers chain {} in the order {}", chainId, targetIds);
  }

  /**
   * Brings a chain one move nearer to its preferred order.
   *
   * @return the target that moves; 0 when there is nothing to do
   */
  long rotateAsPreferred(int chainId) {
    List<Long> preferred = chain(chainId).getPreferredTargetIdsList();
    if (preferred.isEmpty()) {
      throw new IllegalStateException(
          "chain " + chainId + " has no preferred order; see set-preferred-target-order");
    }
    return driver.decide(membership -> membership.onRotation(chainId, preferred));
  }

  /**
   * Adds a target or removes one.
   *
   * @return the chain's version after it
   */
  int update(UpdateChainRequest request) {
    int chainId = request.getChainId();
    long targetId = request.getTargetId();
    return state.alone(
        () -> {
          Chain chain = chain(chainId);
          switch (request.getAction()) {
            case ADD -> {
              if (!has(chain, targetId)) {
                checkMayJoin(chain, target(targetId));
                driver.decideDurably(membership -> membership.onTargetAdded(chainId, targetId));
                LOG.info("an operator adds target {} to chain {}", targetId, chainId);
              }
            }
            case REMOVE -> {
              if (has(chain, targetId)) {
                driver.decideDurably(membership -> membership.onTargetRemoved(chainId, targetId));
                LOG.info("an operator removes target {} from chain {}", targetId, chainId);
              } else {
                target(targetId);
              }
            }
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a chain's targets are added or removed");
          }
          return chain(chainId).getVersion();
        });
  }

  private static boolean has(Chain chain, long targetId) {
    return chain.getTargetsList().stream().anyMatch(place -> place.getTargetId() == targetId);
  }

  private void checkMayJoin(Chain chain, Target target) {
    if (target.getChainId() != 0 && target.getChainId() != chain.getId()) {
      throw new IllegalArgumentException(
          "target "
              + target.getId()
              + " has data of chain "
              + target.getChainId()
              + "; a target stays with its first chain");
    }
    boolean shared =
        chain.getTargetsList().stream()
            .anyMatch(place -> target(place.getTargetId()).getNodeId() == target.getNodeId());
    if (shared) {
      throw new IllegalArgumentException(
          "chain "
              + chain.getId()
              + " has a target on node "
              + target.getNodeId()
              + " already; the replicas of a chain are on different nodes");
    }
  }

  private Chain chain(int chainId) {
    return state.map().getChainsList().stream()
        .filter(chain -> chain.getId() == chainId)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no chain " + chainId));
  }

  private Target target(long targetId) {
    return state.map().getTargetsList().stream()
        .filter(target -> target.getId() == targetId)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no target " + targetId));
  }
}
