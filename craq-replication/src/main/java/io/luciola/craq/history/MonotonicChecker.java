package io.luciola.craq.history;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges {@link ReadMode#MONOTONIC} and {@link ReadMode#LINEARIZABLE} reads, each by its own mode;
 * other reads are left out. The promise is kept when both hold:
 *
 * <p><b>States.</b> There is one order of the updates and reads as {@link LinearizabilityChecker}
 * asks for, except from its first rule that a MONOTONIC read may come before whatever ended before
 * it began, but not before a judged read of the same client that ended before it began. So each
 * client sees the chunk's states in their one order, leaving out some, from whichever replicas it
 * reads; and nothing of an update that began after the read's end. What other clients, or its own
 * updates, have done already it need not see.
 *
 * <p><b>Versions.</b> Of two judged reads of one client, one ended before the other began, the
 * later one comes with a higher version, or with the same version and the same content. Versions
 * begin anew when a chunk is removed (and "no such chunk" has version 0), so the rule does not hold
 * across a removal: one that began before the later read ended, unless it ended before one of the
 * writes began which the earlier read shows.
 *
 * <p>The answer is exact, except that a search of more than 2,000,000 configurations ends
 * UNDECIDED.
 */
public final class MonotonicChecker implements HistoryChecker {

  private static final EnumSet<ReadMode> JUDGED =
      EnumSet.of(ReadMode.LINEARIZABLE, ReadMode.MONOTONIC);

  @Override
  public Verdict check(ChunkHistory history) {
    Verdict states = new SearchingJudge(JUDGED).judge(history);
    return states.outcome() == Verdict.Outcome.BROKEN
        ? states
        : new Versions(history).firstStepBack(states);
  }

  private static final class Versions {
    private final List<Operation> removals = new ArrayList<>();
    private final Map<Long, Operation> writers = new LinkedHashMap<>();
    private final Map<Long, List<Operation>> readsByClient = new LinkedHashMap<>();

    Versions(ChunkHistory history) {
      for (Operation operation : history.operations()) {
        switch (operation.action()) {
          case Action.Remove _ -> removals.add(operation);
          case Action.Write write -> writers.put(write.value(), operation);
          case Action.Replace replace -> writers.put(replace.value(), operation);
          case Action.Truncate _ -> {}
          case Action.Read read -> {
            if (JUDGED.contains(read.mode())) {
              readsByClient
                  .computeIfAbsent(operation.client(), _ -> new ArrayList<>())
                  .add(operation);
            }
          }
        }
      }
    }

    Verdict firstStepBack(Verdict otherwise) {
      for (List<Operation> reads : readsByClient.values()) {
        for (int later = 1; later < reads.size(); later++) {
          for (int earlier = 0; earlier < later; earlier++) {
            if (stepsBack(reads.get(earlier), reads.get(later))) {
              return new Verdict(
                  Verdict.Outcome.BROKEN,
                  "a client's later read came with a lower version, or with other content of the"
                      + " same version:",
                  List.of(reads.get(earlier), reads.get(later)));
            }
          }
        }
      }
      return otherwise;
    }

    private boolean stepsBack(Operation earlier, Operation later) {
      Action.Read before = (Action.Read) earlier.action();
      Action.Read after = (Action.Read) later.action();
      boolean inOrder =
          after.version() > before.version()
              || (after.version() == before.version() && after.content().equals(before.content()));
      return earlier.endedBefore(later)
          && !inOrder
          && removals.stream().noneMatch(removal -> mayLieBetween(earlier, removal, later));
    }

    private boolean mayLieBetween(Operation earlier, Operation removal, Operation later) {
      if (later.endedBefore(removal)) {
        return false;
      }
      for (long value : ((Action.Read) earlier.action()).content().values()) {
        Operation writer = writers.get(value);
        if (writer != null && removal.endedBefore(writer)) {
          return false;
        }
      }
      return true;
    }
  }
}
