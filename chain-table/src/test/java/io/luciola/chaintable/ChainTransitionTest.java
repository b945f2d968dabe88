package io.luciola.chaintable;

import static io.luciola.chaintable.PublicTargetState.LASTSRV;
import static io.luciola.chaintable.PublicTargetState.OFFLINE;
import static io.luciola.chaintable.PublicTargetState.SERVING;
import static io.luciola.chaintable.PublicTargetState.SYNCING;
import static io.luciola.chaintable.PublicTargetState.WAITING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Single steps, by example and for every chain of up to four targets with every report. What many
 * steps lead to is in {@link ChainTransitionModelTest}.
 */
class ChainTransitionTest {

  private static final int MOST_TARGETS = 4;
  private static final List<PublicTargetState> STATES =
      List.of(SERVING, LASTSRV, SYNCING, WAITING, OFFLINE);
  private static final List<LocalTargetState> REPORTS = List.of(LocalTargetState.values());

  /** A target's id, state and report, as "1 serving online". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing happened         | 1 serving online, 2 serving online     | 1 serving, 2 serving
          the head died            | 1 serving offline, 2 serving online, 3 serving online | 2 serving, 3 serving, 1 offline
          the tail died            | 1 serving online, 2 serving offline    | 1 serving, 2 offline
          all died at once         | 1 serving offline, 2 serving offline   | 1 lastsrv, 2 lastsrv
          the last one died        | 1 serving offline, 2 offline online    | 1 lastsrv, 2 waiting
          all still dead           | 1 lastsrv offline, 2 lastsrv offline   | 1 lastsrv, 2 lastsrv
          any of the last is back  | 1 lastsrv offline, 2 lastsrv online    | 2 serving, 1 offline
          two are back             | 1 lastsrv online, 2 lastsrv online     | 1 serving, 2 syncing
          nothing known yet        | 1 serving invalid, 2 syncing invalid, 3 waiting invalid, 4 offline invalid | 1 serving, 2 syncing, 3 waiting, 4 offline
          last one not known yet   | 1 lastsrv invalid, 2 offline online    | 1 lastsrv, 2 waiting
          one is back              | 1 serving online, 2 offline online     | 1 serving, 2 syncing
          two are back, one refill | 1 serving online, 2 offline online, 3 offline online | 1 serving, 2 syncing, 3 waiting
          the refill goes on       | 1 serving online, 2 waiting online, 3 syncing online | 1 serving, 3 syncing, 2 waiting
          the refill has ended     | 1 serving online, 2 syncing uptodate, 3 waiting online | 1 serving, 2 serving, 3 syncing
          its source died          | 1 serving offline, 2 syncing online    | 1 lastsrv, 2 waiting
          died after the refill    | 1 serving offline, 2 syncing uptodate  | 2 serving, 1 offline
          died while refilled      | 1 serving online, 2 syncing offline    | 1 serving, 2 offline
          a claim while waiting    | 1 lastsrv offline, 2 waiting uptodate  | 1 lastsrv, 2 waiting
          """)
  void step(String what, String before, String after) {
    List<LocalTargetState> reports = new ArrayList<>(List.of(LocalTargetState.INVALID));
    List<ChainTarget> targets = new ArrayList<>();
    for (String target : before.split(", ", -1)) {
      String[] words = target.toUpperCase(Locale.ROOT).split(" ", -1);
      targets.add(new ChainTarget(Long.parseLong(words[0]), PublicTargetState.valueOf(words[1])));
      reports.add(LocalTargetState.valueOf(words[2]));
    }
    Chain chain = new Chain(5, 7, targets);

    Chain next = ChainTransition.next(chain, id -> reports.get((int) id));

    assertEquals(after, text(next), what);
    assertEquals(text(chain).equals(after) ? 7 : 8, next.version());
    assertEquals(5, next.id());
  }

  @Test
  void everyStepOfEveryChainKeepsTheRules() {
    int steps = 0;
    for (int targets = 1; targets <= MOST_TARGETS; targets++) {
      int kinds = STATES.size() * REPORTS.size();
      for (long number = 0; number < Math.round(Math.pow(kinds, targets)); number++) {
        steps += checkStep(targets, number);
      }
    }
    System.out.println(steps + " steps of chains of up to " + MOST_TARGETS + " targets");
    assertTrue(steps > 9_000, "only " + steps + " steps");
  }

  /** Returns 1, or 0 when the number stands for a chain that cannot be. */
  private static int checkStep(int size, long number) {
    List<ChainTarget> targets = new ArrayList<>();
    List<LocalTargetState> reports = new ArrayList<>(List.of(LocalTargetState.INVALID));
    for (int id = 1; id <= size; id++) {
      targets.add(new ChainTarget(id, STATES.get((int) (number % STATES.size()))));
      number /= STATES.size();
      reports.add(REPORTS.get((int) (number % REPORTS.size())));
      number /= REPORTS.size();
    }
    Chain chain = new Chain(1, 1, targets);
    if (!isOrderedByState(chain) || !isConsistent(chain)) {
      return 0;
    }
    Chain next = ChainTransition.next(chain, id -> reports.get((int) id));
    String step = text(chain) + " with " + reports + " becomes " + text(next);

    assertTrue(isOrderedByState(next), step);
    assertTrue(isConsistent(next), step);
    assertEquals(
        ids(chain.targets()).stream().sorted().toList(),
        ids(next.targets()).stream().sorted().toList(),
        step);
    for (PublicTargetState state : STATES) {
      List<Long> stayed = new ArrayList<>(ids(in(chain, state)));
      stayed.retainAll(ids(in(next, state)));
      List<Long> stand = new ArrayList<>(ids(in(next, state)));
      stand.retainAll(stayed);
      assertEquals(stayed, stand, "order within " + state + ": " + step);
    }
    for (ChainTarget target : next.targets()) {
      checkTarget(
          chain.stateOf(target.targetId()), reports.get((int) target.targetId()), target, step);
    }
    boolean lastIsBack =
        in(chain, LASTSRV).stream()
            .anyMatch(
                target ->
                    reports.get((int) target.targetId()) == LocalTargetState.ONLINE
                        || reports.get((int) target.targetId()) == LocalTargetState.UPTODATE);
    assertTrue(!lastIsBack || !in(next, SERVING).isEmpty(), step);
    if (next.targets().equals(chain.targets())) {
      assertSame(chain, next, step);
    }
    return 1;
  }

  private static void checkTarget(
      PublicTargetState before, LocalTargetState report, ChainTarget after, String step) {
    boolean dead = report == LocalTargetState.OFFLINE;
    switch (after.state()) {
      case SERVING ->
          assertTrue(
              !dead
                  && (before == SERVING
                      || before == LASTSRV
                      || (before == SYNCING && report == LocalTargetState.UPTODATE)),
              step);
      case LASTSRV -> assertTrue(before == LASTSRV || (before == SERVING && dead), step);
      case SYNCING, WAITING -> assertTrue(!dead, step);
      default -> assertTrue(dead || report == LocalTargetState.INVALID, step);
    }
  }

  private static boolean isConsistent(Chain chain) {
    return (in(chain, SERVING).isEmpty() || in(chain, LASTSRV).isEmpty())
        && in(chain, SYNCING).size() <= 1
        && (in(chain, SYNCING).isEmpty() || !in(chain, SERVING).isEmpty());
  }

  private static boolean isOrderedByState(Chain chain) {
    List<Integer> order =
        chain.targets().stream().map(target -> STATES.indexOf(target.state())).toList();
    return order.equals(order.stream().sorted().toList());
  }

  private static List<ChainTarget> in(Chain chain, PublicTargetState state) {
    return chain.targets().stream().filter(target -> target.state() == state).toList();
  }

  private static List<Long> ids(List<ChainTarget> targets) {
    return targets.stream().map(ChainTarget::targetId).toList();
  }

  private static String text(Chain chain) {
    return chain.targets().stream()
        .map(target -> target.targetId() + " " + target.state().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
