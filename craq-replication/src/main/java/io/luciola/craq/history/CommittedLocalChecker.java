package io.luciola.craq.history;

import java.util.EnumSet;

/**
 * Judges the reads of all modes, each by its own. The promise is kept when there is one order of
 * the updates and reads as {@link LinearizabilityChecker} asks for, with these exceptions from its
 * first rule:
 *
 * <ul>
 *   <li>a {@link ReadMode#COMMITTED_LOCAL} read may come before whatever ended before it began;
 *   <li>so may a {@link ReadMode#MONOTONIC} read, but not before a read that the same client had
 *       ended in MONOTONIC or LINEARIZABLE mode.
 * </ul>
 *
 * <p>So a COMMITTED_LOCAL read shows a state that the chunk had at some time not later than the
 * read's end, in an order that explains all other reads too: nothing that nobody wrote, nothing of
 * an update that began after the read, no mixture of two states, and no value that was lost
 * afterwards without ever having been committed. Since the chunk once did not exist, "no such
 * chunk" is always such a state.
 *
 * <p>The answer is exact, except that a search of more than 2,000,000 configurations ends
 * UNDECIDED.
 */
public final class CommittedLocalChecker implements HistoryChecker {

  @Override
  public Verdict check(ChunkHistory history) {
    return new SearchingJudge(EnumSet.allOf(ReadMode.class)).judge(history);
  }
}
