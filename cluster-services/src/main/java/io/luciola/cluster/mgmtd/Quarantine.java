package io.luciola.cluster.mgmtd;

import io.luciola.chaintable.Chain;
import io.luciola.cluster.kv.KvException;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.mgmtd.proto.TargetReport;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Targets that were found different from the one before them in their chain, which nothing
 * explains: they are taken out and stay out, as they are, until an operator has looked at them.
 */
final class Quarantine {

  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  private final MembershipDriver driver;
  private final ClusterState state;

  Quarantine(MembershipDriver driver) {
    this.driver = driver;
    this.state = driver.state();
  }

  /**
   * Acts by what a node says of the targets behind its own, in the background; what is not true of
   * the chain as it is now is passed over.
   */
  void follow(List<TargetReport> reports) {
    for (TargetReport report : reports) {
      if (report.getDivergedSuccessorId() != 0 && isNews(report)) {
        Thread.ofVirtual().name("quarantine").start(() -> takeOut(report));
      }
    }
  }

  private boolean isNews(TargetReport report) {
    return state.map().getTargetsList().stream()
        .anyMatch(
            target ->
                target.getId() == report.getDivergedSuccessorId()
                    && target.getQuarantine().isEmpty());
  }

  private void takeOut(TargetReport report) {
    long targetId = report.getDivergedSuccessorId();
    try {
      state.alone(
          () -> {
            if (isNews(report) && isBehind(report)) {
              String reason =
                  "it differs from target "
                      + report.getTargetId()
                      + ", which found so in version "
                      + report.getChainVersion()
                      + " of the chain";
              set(targetId, reason);
              driver.decideDurably(membership -> membership.onTargetQuarantined(targetId));
              LOG.error("target {} is taken out of its chain: {}", targetId, reason);
            }
            return null;
          });
    } catch (NotPrimaryException | KvException later) {
      LOG.warn("target {} cannot be taken out yet: {}", targetId, later.getMessage());
    }
  }

  private boolean isBehind(TargetReport report) {
    return state.map().getChainsList().stream()
        .map(ChainMessages::chain)
        .filter(chain -> chain.version() == report.getChainVersion())
        .anyMatch(isSuccessor(report));
  }

  private static Predicate<Chain> isSuccessor(TargetReport report) {
    return chain -> chain.successorOf(report.getTargetId()) == report.getDivergedSuccessorId();
  }

  /**
   * An operator lets a target come back; it is refilled.
   *
   * @throws IllegalArgumentException when it is not taken out
   */
  void release(long targetId) {
    state.alone(
        () -> {
          boolean out =
              state.map().getTargetsList().stream()
                  .anyMatch(
                      target -> target.getId() == targetId && !target.getQuarantine().isEmpty());
          if (!out) {
            throw new IllegalArgumentException(
                "target " + targetId + " was not taken out for differing");
          }
          set(targetId, "");
          driver.decideDurably(membership -> membership.onTargetReleased(targetId));
          return null;
        });
    LOG.info("an operator lets target {} come back", targetId);
  }

  private void set(long targetId, String reason) {
    state.edit(
        map -> {
          map.getTargetsBuilderList().stream()
              .filter(target -> target.getId() == targetId)
              .forEach(target -> target.setQuarantine(reason));
          return map;
        });
  }

  /** The targets of a map that stay out. */
  static List<Long> of(List<Target> targets) {
    return targets.stream()
        .filter(target -> !target.getQuarantine().isEmpty())
        .map(Target::getId)
        .toList();
  }
}
