package io.luciola.craq.history;

import static io.luciola.craq.history.HistoryBuilder.blocks;
import static io.luciola.craq.history.HistoryBuilder.remove;
import static io.luciola.craq.history.HistoryBuilder.replace;
import static io.luciola.craq.history.HistoryBuilder.truncate;
import static io.luciola.craq.history.HistoryBuilder.write;
import static io.luciola.craq.history.ReadMode.COMMITTED_LOCAL;
import static io.luciola.craq.history.ReadMode.LINEARIZABLE;
import static io.luciola.craq.history.ReadMode.MONOTONIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.craq.history.Action.Read;
import io.luciola.craq.history.Action.Write;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories with a name, and what each read mode says of them. Clients are numbers, times too. */
class HistoryCatalogueTest {

  /** Histories that keep the promise of every mode. */
  @SuppressWarnings("ImmutableEnumChecker") // the lambdas capture nothing
  private enum Good {
    NOTHING(_ -> {}),
    READ_OF_WHAT_NEVER_WAS(h -> h.readAbsent(1, 0, 1)),
    WRITE_THEN_READ(h -> h.update(1, 0, 10, write(7)).read(2, 20, 30, 7)),
    READ_DURING_A_WRITE_SEES_IT(h -> h.update(1, 0, 10, write(7)).read(2, 5, 6, 7)),
    READ_DURING_A_WRITE_DOES_NOT_SEE_IT(h -> h.update(1, 0, 10, write(7)).readAbsent(2, 5, 6)),
    TWO_READS_DURING_A_WRITE_SEE_FIRST_OLD_THEN_NEW(
        h ->
            h.update(1, 0, 1, write(1))
                .update(1, 10, 50, write(2))
                .read(2, 15, 20, 1)
                .read(3, 25, 30, 2)),
    CONCURRENT_WRITES_IN_EITHER_ORDER(
        h ->
            h.update(1, 0, 20, write(1))
                .update(2, 0, 20, write(2))
                .read(3, 30, 31, 1)
                .read(4, 40, 41, 1)),
    OPERATIONS_THAT_TOUCH_ARE_CONCURRENT(
        h -> h.update(1, 0, 10, write(1)).update(1, 10, 20, write(2)).read(2, 20, 30, 1)),
    UNKNOWN_WRITE_THAT_IS_SEEN(h -> h.unknown(1, 0, write(1)).read(2, 100, 110, 1)),
    UNKNOWN_WRITE_THAT_IS_NEVER_SEEN(
        h ->
            h.update(1, 0, 10, write(1))
                .unknown(1, 20, write(2))
                .read(2, 30, 40, 1)
                .read(2, 50, 60, 1)),
    UNKNOWN_WRITE_THAT_TAKES_EFFECT_LATE(
        h ->
            h.update(1, 0, 10, write(1))
                .unknown(1, 20, write(2))
                .read(2, 30, 40, 1)
                .update(3, 50, 60, write(3))
                .read(2, 70, 80, 3)
                .read(2, 90, 95, 2)),
    UNKNOWN_REMOVAL_THAT_TAKES_EFFECT_LATE(
        h ->
            h.update(1, 0, 10, write(1))
                .unknown(2, 15, remove())
                .read(3, 20, 30, 1)
                .readAbsent(3, 40, 50)),
    UNKNOWN_REMOVAL_THAT_HIDES_A_WRITE(
        h ->
            h.update(1, 1, 3, write(1, 1, 1))
                .unknown(1, 1, remove())
                .update(2, 2, 3, write(0, 1, 2))
                .read(3, 6, 7, 0, 1)),
    UNKNOWN_TRUNCATIONS_OF_WHICH_SOME_HAPPEN(
        h ->
            h.update(1, 0, 10, replace(3, 1))
                .unknown(2, 11, truncate(1))
                .unknown(2, 12, truncate(2))
                .unknown(2, 13, truncate(2))
                .read(3, 20, 30, 1, 1)
                .read(3, 31, 32, 1)
                .read(3, 40, 50, 1, 0)),
    REMOVED_AND_MADE_ANEW(
        h ->
            h.update(1, 0, 10, write(0, 2, 1))
                .update(1, 11, 20, remove())
                .readAbsent(2, 21, 22)
                .update(1, 30, 40, write(1, 1, 2))
                .read(2, 41, 42, 0, 2)),
    PARTIAL_WRITES_SIDE_BY_SIDE(
        h ->
            h.update(1, 0, 30, write(0, 1, 1))
                .update(2, 0, 30, write(1, 1, 2))
                .update(3, 0, 30, write(2, 1, 3))
                .read(4, 10, 20, 0, 2)
                .read(4, 31, 40, 1, 2, 3)),
    PARTIAL_WRITES_THAT_OVERLAP(
        h ->
            h.update(1, 0, 30, write(0, 2, 1))
                .update(2, 0, 30, write(1, 2, 2))
                .read(3, 40, 50, 1, 2, 2)),
    WRITE_COVERED_BY_TWO_OTHERS(
        h ->
            h.update(1, 0, 60, write(0, 2, 1))
                .update(2, 0, 40, write(0, 1, 2))
                .update(3, 0, 40, write(1, 1, 3))
                .read(4, 50, 55, 2, 3)
                .read(4, 70, 80, 2, 3)),
    TRUNCATION_CUTS_AND_EXTENDS(
        h ->
            h.update(1, 0, 10, write(0, 2, 1))
                .update(1, 11, 20, truncate(1))
                .read(2, 21, 22, 1)
                .update(1, 30, 40, truncate(3))
                .read(2, 41, 42, 1, 0, 0)),
    TRUNCATED_TO_NOTHING_IS_NOT_ABSENT(
        h -> h.update(1, 0, 10, truncate(0)).read(2, 20, 30, new long[0])),
    RETRIED_WRITE_THAT_TAKES_EFFECT_ONCE(
        h ->
            h.update(1, 0, 50, write(1))
                .read(2, 10, 11, 1)
                .update(3, 12, 20, write(2))
                .read(2, 21, 22, 2)
                .read(2, 60, 61, 2));

    final Consumer<HistoryBuilder> history;

    Good(Consumer<HistoryBuilder> history) {
      this.history = history;
    }
  }

  /** Histories that break the promise of linearizable reads at least. */
  @SuppressWarnings("ImmutableEnumChecker") // the lambdas capture nothing
  private enum Bad {
    STALE_READ(
        "kept by weaker modes",
        h -> h.update(1, 0, 10, write(1)).update(1, 20, 30, write(2)).read(2, 40, 50, 1)),
    NO_CHUNK_AFTER_A_WRITE(
        "kept by weaker modes", h -> h.update(1, 0, 10, write(1)).readAbsent(2, 20, 30)),
    OLD_VALUE_AFTER_A_NEW_ONE_BY_ANOTHER_CLIENT(
        "kept by weaker modes",
        h ->
            h.update(1, 0, 10, write(1))
                .update(1, 20, 90, write(2))
                .read(2, 30, 40, 2)
                .read(3, 50, 60, 1)),
    OLD_VALUE_AFTER_A_NEW_ONE_BY_THE_SAME_CLIENT(
        "kept by local reads",
        h ->
            h.update(1, 0, 10, write(1))
                .update(1, 20, 90, write(2))
                .read(2, 30, 40, 2)
                .read(2, 50, 60, 1)),
    CHUNK_BACK_AFTER_IT_WAS_SEEN_REMOVED(
        "kept by local reads",
        h ->
            h.update(1, 0, 10, write(1))
                .read(2, 11, 12, 1)
                .update(1, 20, 90, remove())
                .readAbsent(2, 30, 40)
                .read(2, 50, 60, 1)),
    TWO_CLIENTS_SEE_CONCURRENT_WRITES_IN_DIFFERENT_ORDER(
        "kept by local reads",
        h ->
            h.update(1, 0, 90, write(1))
                .update(2, 0, 90, write(2))
                .read(3, 10, 20, 1)
                .read(3, 30, 40, 2)
                .read(4, 10, 20, 2)
                .read(4, 30, 40, 1)),
    REMOVAL_LOST(
        "kept by weaker modes",
        h -> h.update(1, 0, 10, write(1)).update(1, 20, 30, remove()).read(2, 40, 50, 1)),
    TRUNCATION_LOST(
        "kept by weaker modes",
        h ->
            h.update(1, 0, 10, write(0, 2, 1))
                .update(1, 20, 30, truncate(1))
                .read(2, 40, 50, 1, 1)),
    ACKNOWLEDGED_WRITE_LOST(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 1, 1))
                .update(2, 20, 30, write(0, 1, 2))
                .update(3, 40, 50, write(1, 1, 3))
                .read(4, 60, 70, 1, 3)),
    LOST_UPDATE(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 1, 1))
                .update(2, 20, 30, write(1, 1, 2))
                .update(3, 40, 50, write(2, 1, 3))
                .read(4, 60, 70, 1, 0, 3)),
    RETRIED_WRITE_DONE_TWICE_AROUND_ANOTHER(
        "kept by local reads",
        h ->
            h.update(1, 0, 50, write(1))
                .read(3, 5, 6, 1)
                .update(2, 10, 20, write(2))
                .read(3, 25, 30, 2)
                .read(3, 60, 70, 1)),
    RETRIED_WRITE_DONE_TWICE_BESIDE_A_MARK(
        "broken in every mode",
        h ->
            h.update(1, 0, 90, write(0, 1, 1))
                .update(2, 10, 20, write(1, 1, 5))
                .read(3, 21, 22, 1, 5)
                .update(2, 30, 40, write(0, 1, 2))
                .update(2, 50, 60, write(1, 1, 6))
                .read(3, 65, 70, 2, 6)
                .read(3, 95, 99, 1, 6)),
    UNKNOWN_WRITE_DONE_TWICE(
        "broken in every mode",
        h ->
            h.unknown(1, 0, write(0, 1, 1))
                .update(2, 10, 20, write(1, 1, 5))
                .read(3, 21, 22, 1, 5)
                .update(2, 30, 40, replace(2, 2))
                .update(2, 50, 60, write(1, 1, 6))
                .read(3, 65, 70, 2, 6)
                .read(3, 95, 99, 1, 6)),
    VALUE_FROM_NOWHERE(
        "broken in every mode", h -> h.update(1, 0, 10, write(1)).read(2, 20, 30, 9)),
    VALUE_FROM_THE_FUTURE(
        "broken in every mode", h -> h.read(2, 0, 10, 1).update(1, 20, 30, write(1))),
    STATE_FROM_THE_FUTURE(
        "broken in every mode",
        h -> h.update(1, 0, 10, write(0, 2, 1)).read(2, 11, 19, 1).update(1, 20, 30, truncate(1))),
    TORN_WRITE(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 2, 1))
                .update(1, 20, 30, write(0, 2, 2))
                .read(2, 25, 28, 2, 1)),
    MIXTURE_OF_TWO_STATES(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 1, 1))
                .update(1, 20, 30, write(1, 1, 2))
                .update(1, 40, 50, write(0, 1, 3))
                .update(1, 60, 70, write(1, 1, 4))
                .read(2, 35, 80, 1, 4)),
    OLD_BYTES_AFTER_REMOVAL_AND_GROWTH(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 1, 1))
                .update(1, 20, 30, remove())
                .update(1, 40, 50, write(1, 1, 2))
                .read(2, 60, 70, 1, 2)),
    OLD_BYTES_AFTER_TRUNCATION_AND_GROWTH(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 2, 1))
                .update(1, 20, 30, truncate(1))
                .update(1, 40, 50, write(2, 1, 2))
                .read(2, 60, 70, 1, 1, 2)),
    READ_VALUE_LOST_AFTERWARDS(
        "broken in every mode",
        h ->
            h.update(1, 0, 10, write(0, 1, 1))
                .unknown(2, 20, write(1, 1, 2))
                .read(3, 30, 40, 1, 2)
                .update(1, 50, 60, write(2, 1, 3))
                .read(3, 70, 80, 1, 0, 3));

    final String what;
    final Consumer<HistoryBuilder> history;

    Bad(String what, Consumer<HistoryBuilder> history) {
      this.what = what;
      this.history = history;
    }
  }

  private static Verdict judge(Consumer<HistoryBuilder> history, ReadMode mode) {
    HistoryBuilder builder = new HistoryBuilder(mode);
    history.accept(builder);
    return checker(mode).check(withVersions(builder.build()));
  }

  private static HistoryChecker checker(ReadMode mode) {
    return switch (mode) {
      case LINEARIZABLE -> new LinearizabilityChecker();
      case MONOTONIC -> new MonotonicChecker();
      case COMMITTED_LOCAL -> new CommittedLocalChecker();
    };
  }

  /** The states are what is judged here: versions are such that they say nothing. */
  private static ChunkHistory withVersions(ChunkHistory history) {
    Function<Operation, Operation> grow =
        op ->
            op.action() instanceof Read read
                ? new Operation(
                    op.client(),
                    op.invokedNs(),
                    op.respondedNs(),
                    new Read(read.mode(), op.invokedNs(), read.content()))
                : op;
    return new ChunkHistory(history.operations().stream().map(grow).toList());
  }

  @ParameterizedTest
  @EnumSource
  void goodHistoriesKeepEveryPromise(Good good) {
    for (ReadMode mode : ReadMode.values()) {
      assertEquals("kept", judge(good.history, mode).toString(), mode.toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void badHistoriesBreakTheirPromise(Bad bad) {
    String modes =
        switch (bad.what) {
          case "kept by weaker modes" -> "[LINEARIZABLE]";
          case "kept by local reads" -> "[LINEARIZABLE, MONOTONIC]";
          default -> "[LINEARIZABLE, MONOTONIC, COMMITTED_LOCAL]";
        };
    List<ReadMode> broken =
        List.of(ReadMode.values()).stream()
            .filter(mode -> !judge(bad.history, mode).isKept())
            .toList();
    assertEquals(modes, broken.toString());
  }

  @Test
  void aCounterexampleNamesTheReadAndLeavesOutWhatDoesNotMatter() {
    HistoryBuilder builder =
        new HistoryBuilder(LINEARIZABLE)
            .update(1, 0, 10, write(1))
            .read(2, 11, 12, 1)
            .update(1, 20, 30, write(2))
            .read(2, 31, 32, 2)
            .read(3, 40, 50, 1)
            .update(4, 55, 58, write(3, 1, 4))
            .update(1, 60, 70, write(3))
            .read(2, 80, 90, 3, 0, 0, 4);
    assertEquals(
        """
        no order of the updates explains the read of client 3 that ended at 50:
          [0, 10] client 1: write of v1 to bytes 0 to 8
          [20, 30] client 1: write of v2 to bytes 0 to 8
          [40, 50] client 3: LINEARIZABLE read of version 0: v1*8\
        """,
        new LinearizabilityChecker().check(builder.build()).toString());
  }

  private static ChunkHistory reads(long version1, long value1, long version2, long value2) {
    return new HistoryBuilder(MONOTONIC)
        .update(1, 0, 90, write(1))
        .update(2, 0, 90, write(2))
        .read(3, 10, 20, version1, blocks(value1))
        .read(3, 30, 40, version2, blocks(value2))
        .build();
  }

  @Test
  void versionsOfAClientDoNotGoBack() {
    MonotonicChecker checker = new MonotonicChecker();
    assertTrue(checker.check(reads(1, 1, 2, 2)).isKept());
    assertTrue(checker.check(reads(1, 1, 1, 1)).isKept());
    Verdict lower = checker.check(reads(2, 1, 1, 2));
    assertEquals(Verdict.Outcome.BROKEN, lower.outcome());
    assertEquals(2, lower.operations().size());
    assertEquals(Verdict.Outcome.BROKEN, checker.check(reads(1, 1, 1, 2)).outcome());
  }

  private static ChunkHistory removedAt(long from, long to) {
    return new HistoryBuilder(MONOTONIC)
        .update(1, 10, 20, write(1))
        .update(2, from, to, remove())
        .update(1, 50, 90, write(2))
        .read(3, 30, 40, 5, blocks(1))
        .read(3, 60, 70, 1, blocks(2))
        .build();
  }

  @Test
  void versionsBeginAnewOnlyWhenARemovalMayLieBetween() {
    MonotonicChecker checker = new MonotonicChecker();
    assertTrue(checker.check(removedAt(45, 48)).isKept());
    assertTrue(checker.check(removedAt(15, 25)).isKept(), "readers may be late");
    assertTrue(checker.check(removedAt(45, Operation.UNKNOWN)).isKept());
    assertEquals(Verdict.Outcome.BROKEN, checker.check(removedAt(0, 5)).outcome());
    assertEquals(Verdict.Outcome.BROKEN, checker.check(removedAt(80, 95)).outcome());
  }

  @Test
  void everyReadIsJudgedByItsOwnMode() {
    ChunkHistory history =
        new ChunkHistory(
            List.of(
                new Operation(1, 0, 10, write(1)),
                new Operation(1, 20, 30, write(2)),
                new Operation(2, 40, 50, new Read(COMMITTED_LOCAL, 1, blocks(1))),
                new Operation(2, 60, 70, new Read(LINEARIZABLE, 2, blocks(2)))));
    for (ReadMode mode : ReadMode.values()) {
      assertTrue(checker(mode).check(history).isKept(), mode.toString());
    }
  }

  @Test
  void aHistoryIsRefusedInWhichWritersCannotBeTold() {
    Operation one = new Operation(1, 0, 10, write(7));
    Operation other = new Operation(2, 0, 10, replace(1, 7));
    assertThrows(IllegalArgumentException.class, () -> new ChunkHistory(List.of(one, other)));
    assertThrows(IllegalArgumentException.class, () -> new Write(0, 8, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Operation(1, 5, Operation.UNKNOWN, new Read(LINEARIZABLE, 1, blocks(1))));
  }
}
