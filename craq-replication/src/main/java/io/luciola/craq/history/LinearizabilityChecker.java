package io.luciola.craq.history;

import java.util.EnumSet;

/**
 * Judges {@link ReadMode#LINEARIZABLE} reads; other reads are left out. The promise is kept when
 * all updates with a known outcome, some of those without, and the reads can be put into one order,
 * such that
 *
 * <ol>
 *   <li>whatever ended before another operation began comes before it;
 *   <li>each read shows exactly what the updates before it made, beginning with no chunk.
 * </ol>
 *
 * <p>So every operation seems to happen at one moment between its beginning and its end, an update
 * without an answer at one moment after its beginning, or never (Herlihy and Wing, 1990).
 *
 * <p>The answer is exact, except that a search of more than 2,000,000 configurations ends
 * UNDECIDED. How it searches: {@link LinearizationSearch}.
 */
public final class LinearizabilityChecker implements HistoryChecker {

  @Override
  public Verdict check(ChunkHistory history) {
    return new SearchingJudge(EnumSet.of(ReadMode.LINEARIZABLE)).judge(history);
  }
}
