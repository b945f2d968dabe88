package io.luciola.chaintable;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every state that a chain can come to by deaths, returns, ends of refills, acknowledged updates
 * and steps of {@link ChainTransition}, in every order: who serves holds every acknowledged update,
 * and from every state the chain becomes whole again when nothing dies any more.
 */
class ChainTransitionModelTest {

  /**
   * A target in the model.
   *
   * @param refilled its refill has ended in this version of the chain
   * @param complete it holds every acknowledged update
   */
  private record Replica(
      PublicTargetState state, boolean alive, boolean refilled, boolean complete) {
    Replica withAlive(boolean now) {
      return new Replica(state, now, false, complete);
    }

    Replica withRefill() {
      return new Replica(state, alive, true, true);
    }

    Replica afterUpdate() {
      return new Replica(state, alive, refilled, complete && takesPart());
    }

    boolean serves() {
      return state == PublicTargetState.SERVING;
    }

    boolean takesPart() {
      return serves() || state == PublicTargetState.SYNCING;
    }

    LocalTargetState report() {
      if (!alive) {
        return LocalTargetState.OFFLINE;
      }
      return refilled ? LocalTargetState.UPTODATE : LocalTargetState.ONLINE;
    }
  }

  @ParameterizedTest(name = "{0} targets")
  @ValueSource(ints = {1, 2, 3, 4})
  void whoServesIsCompleteAndChainsHeal(int targets) {
    List<Replica> start =
        IntStream.range(0, targets)
            .mapToObj(i -> new Replica(PublicTargetState.SERVING, true, false, true))
            .toList();
    Map<List<Replica>, List<Replica>> cameFrom = new HashMap<>();
    ArrayDeque<List<Replica>> open = new ArrayDeque<>(List.of(start));
    cameFrom.put(start, start);
    while (!open.isEmpty()) {
      List<Replica> chain = open.remove();
      check(chain, cameFrom);
      for (List<Replica> next : successors(chain)) {
        if (cameFrom.putIfAbsent(next, chain) == null) {
          open.add(next);
        }
      }
    }
    System.out.println(cameFrom.size() + " states of a chain of " + targets);
    assertTrue(cameFrom.size() > 1);
  }

  private static List<List<Replica>> successors(List<Replica> chain) {
    List<List<Replica>> successors = new ArrayList<>();
    for (int i = 0; i < chain.size(); i++) {
      Replica replica = chain.get(i);
      successors.add(with(chain, i, replica.withAlive(!replica.alive())));
      if (canEndRefill(chain, replica)) {
        successors.add(with(chain, i, replica.withRefill()));
      }
    }
    if (canAcknowledge(chain)) {
      successors.add(chain.stream().map(Replica::afterUpdate).toList());
    }
    successors.add(step(chain));
    return successors;
  }

  private static boolean canEndRefill(List<Replica> chain, Replica replica) {
    return replica.state() == PublicTargetState.SYNCING
        && replica.alive()
        && chain.reversed().stream().filter(Replica::serves).findFirst().orElseThrow().alive();
  }

  /** An update is acknowledged when everybody who takes part has it. */
  private static boolean canAcknowledge(List<Replica> chain) {
    return chain.stream().anyMatch(Replica::serves)
        && chain.stream().filter(Replica::takesPart).allMatch(Replica::alive);
  }

  private static List<Replica> step(List<Replica> chain) {
    List<ChainTarget> targets =
        IntStream.range(0, chain.size())
            .mapToObj(i -> new ChainTarget(i + 1L, chain.get(i).state()))
            .toList();
    Chain before = new Chain(1, 1, targets);
    Chain after = ChainTransition.next(before, id -> chain.get((int) id - 1).report());
    boolean changed = after.version() != before.version();
    return after.targets().stream()
        .map(
            target -> {
              Replica replica = chain.get((int) target.targetId() - 1);
              return new Replica(
                  target.state(),
                  replica.alive(),
                  replica.refilled() && !changed,
                  replica.complete());
            })
        .toList();
  }

  private static void check(List<Replica> chain, Map<List<Replica>, List<Replica>> cameFrom) {
    for (Replica replica : chain) {
      boolean claims = replica.serves() || replica.state() == PublicTargetState.LASTSRV;
      assertTrue(!claims || replica.complete(), () -> history(chain, cameFrom));
    }
    assertTrue(heals(chain), () -> "does not heal:\n" + history(chain, cameFrom));
  }

  /** Everybody returns, and nothing else happens but refills. */
  private static boolean heals(List<Replica> chain) {
    List<Replica> now =
        chain.stream().map(replica -> replica.alive() ? replica : replica.withAlive(true)).toList();
    for (int round = 0; round < 3 * chain.size(); round++) {
      now = step(now);
      for (int i = 0; i < now.size(); i++) {
        if (canEndRefill(now, now.get(i))) {
          now = with(now, i, now.get(i).withRefill());
        }
      }
    }
    return now.stream().allMatch(replica -> replica.serves() && replica.complete());
  }

  private static List<Replica> with(List<Replica> chain, int index, Replica replica) {
    List<Replica> changed = new ArrayList<>(chain);
    changed.set(index, replica);
    return List.copyOf(changed);
  }

  private static String history(List<Replica> chain, Map<List<Replica>, List<Replica>> cameFrom) {
    List<String> lines = new ArrayList<>();
    for (List<Replica> at = chain; ; at = cameFrom.get(at)) {
      lines.addFirst(at.toString());
      if (cameFrom.get(at).equals(at)) {
        return String.join("\n", lines);
      }
    }
  }
}
