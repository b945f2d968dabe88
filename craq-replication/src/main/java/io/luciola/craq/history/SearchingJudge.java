package io.luciola.craq.history;

import io.luciola.craq.history.LinearizationSearch.Result;
import java.util.List;
import java.util.Set;

/** Judges whether one order explains all reads of some modes; if not, shows which cannot be. */
final class SearchingJudge {

  private static final long MAX_CONFIGURATIONS = 2_000_000;
  private static final long MIN_BUDGET = 300_000;

  private final Set<ReadMode> judged;

  SearchingJudge(Set<ReadMode> judged) {
    this.judged = judged;
  }

  Verdict judge(ChunkHistory history) {
    LinearizationSearch search = search(history.operations(), MAX_CONFIGURATIONS);
    return switch (search.run()) {
      case EXPLAINED -> Verdict.kept();
      case GIVEN_UP -> Verdict.undecided(MAX_CONFIGURATIONS);
      case UNEXPLAINED -> broken(history, search);
    };
  }

  private Verdict broken(ChunkHistory history, LinearizationSearch noticed) {
    // What is left out makes some searches longer: all together get not much more than the first.
    long[] budget = {2 * noticed.visits() + MIN_BUDGET};
    Contradiction found =
        new Contradiction(history.operations(), rest -> isUnexplained(rest, budget));
    found.cutAfter(noticed.timeNs());
    found.dropReads();
    found.dropWritesNotShown();
    found.dropEarlyUpdates();
    return new Verdict(
        Verdict.Outcome.BROKEN,
        "no order of the updates explains the read of client "
            + found.lastRead().client()
            + " that ended at "
            + found.lastRead().respondedNs()
            + ":",
        found.operations());
  }

  private boolean isUnexplained(List<Operation> operations, long[] budget) {
    if (budget[0] <= 0) {
      return false;
    }
    LinearizationSearch search = search(operations, budget[0] / 4);
    Result result = search.run();
    budget[0] -= search.visits();
    return result == Result.UNEXPLAINED;
  }

  private LinearizationSearch search(List<Operation> operations, long maxConfigurations) {
    return new LinearizationSearch(new PreparedHistory(operations, judged), maxConfigurations);
  }
}
