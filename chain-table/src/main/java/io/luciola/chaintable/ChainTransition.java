package io.luciola.chaintable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * How a chain changes when its targets die, come back and are refilled: a pure function of the
 * chain and of what the nodes report. Mgmtd calls it whenever a report differs from the last one,
 * and publishes what comes out.
 *
 * <p>After 3FS (design notes, <i>chain table</i>, and {@code updateChain} of its Mgmtd), looked at
 * as a whole chain, with one difference: when all serving targets are lost at once, each of them
 * holds every acknowledged update, since an update is acknowledged only when all of them have it.
 * All become LASTSRV here, and whichever returns first serves; there only the head does, and the
 * chain waits for that one machine.
 *
 * <p>What always holds of the chain that is returned, if it held before:
 *
 * <ul>
 *   <li>Every SERVING and every LASTSRV target holds all acknowledged updates. Those lost while
 *       another one serves become OFFLINE, because from then on they miss updates.
 *   <li>LASTSRV stands only where nothing is SERVING, and no LASTSRV is alive.
 *   <li>At most one target is SYNCING, and only behind a SERVING one, which refills it.
 *   <li>The order is SERVING, LASTSRV, SYNCING, WAITING, OFFLINE, and within each the old one: who
 *       comes back is refilled by the tail and becomes the new tail.
 * </ul>
 */
public final class ChainTransition {

  private final List<ChainTarget> serving = new ArrayList<>();
  private final List<ChainTarget> lastServing = new ArrayList<>();
  private final List<ChainTarget> syncing = new ArrayList<>();
  private final List<ChainTarget> waiting = new ArrayList<>();
  private final List<ChainTarget> offline = new ArrayList<>();

  private final Chain chain;
  private final LongFunction<LocalTargetState> localStates;

  private ChainTransition(Chain chain, LongFunction<LocalTargetState> localStates) {
    this.chain = chain;
    this.localStates = localStates;
  }

  /**
   * The chain after what the nodes report.
   *
   * @param localStates the report by target id, never null
   * @return the same object when nothing changes; else the next version
   */
  public static Chain next(Chain chain, LongFunction<LocalTargetState> localStates) {
    List<ChainTarget> targets = new ChainTransition(chain, localStates).targets();
    return targets.equals(chain.targets())
        ? chain
        : new Chain(chain.id(), chain.version() + 1, targets);
  }

  private List<ChainTarget> targets() {
    keepServing();
    if (serving.isEmpty()) {
      serveAgain();
    }
    for (ChainTarget target : chain.targets()) {
      if (!isPlaced(target.targetId())) {
        place(target);
      }
    }
    List<ChainTarget> targets = new ArrayList<>(serving);
    targets.addAll(lastServing);
    targets.addAll(syncing);
    targets.addAll(waiting);
    targets.addAll(offline);
    return targets;
  }

  /** Those that serve and live, and those whose refill has ended. */
  private void keepServing() {
    for (ChainTarget target : chain.targets()) {
      boolean serves = target.state() == PublicTargetState.SERVING && isAlive(target);
      if (serves || (target.state() == PublicTargetState.SYNCING && isRefilled(target))) {
        put(target, PublicTargetState.SERVING, serving);
      }
    }
  }

  /**
   * The first of the last ones that is back; only one, as they may differ in what is not
   * acknowledged.
   */
  private void serveAgain() {
    for (ChainTarget target : chain.targets()) {
      if (target.state() == PublicTargetState.LASTSRV && isAlive(target)) {
        put(target, PublicTargetState.SERVING, serving);
        return;
      }
    }
  }

  /** A target that does not serve now. */
  private void place(ChainTarget target) {
    boolean complete =
        target.state() == PublicTargetState.SERVING || target.state() == PublicTargetState.LASTSRV;
    if (serving.isEmpty() && complete) {
      put(target, PublicTargetState.LASTSRV, lastServing);
    } else if (!isAlive(target)) {
      put(target, PublicTargetState.OFFLINE, offline);
    } else if (isNextToRefill(target)) {
      put(target, PublicTargetState.SYNCING, syncing);
    } else {
      put(target, PublicTargetState.WAITING, waiting);
    }
  }

  /** One at a time; the one that is being refilled already goes on. */
  private boolean isNextToRefill(ChainTarget target) {
    boolean goesOn = target.state() == PublicTargetState.SYNCING;
    return !serving.isEmpty() && syncing.isEmpty() && (goesOn || !oneGoesOn());
  }

  private boolean oneGoesOn() {
    return chain.targets().stream()
        .anyMatch(
            target ->
                target.state() == PublicTargetState.SYNCING
                    && isAlive(target)
                    && !isRefilled(target));
  }

  private boolean isRefilled(ChainTarget target) {
    return localStates.apply(target.targetId()) == LocalTargetState.UPTODATE;
  }

  private boolean isAlive(ChainTarget target) {
    return switch (localStates.apply(target.targetId())) {
      case UPTODATE, ONLINE -> true;
      case OFFLINE -> false;
      case INVALID ->
          target.state() == PublicTargetState.SERVING
              || target.state() == PublicTargetState.SYNCING
              || target.state() == PublicTargetState.WAITING;
    };
  }

  private boolean isPlaced(long targetId) {
    return serving.stream().anyMatch(target -> target.targetId() == targetId);
  }

  private static void put(ChainTarget target, PublicTargetState state, List<ChainTarget> group) {
    group.add(new ChainTarget(target.targetId(), state));
  }
}
