package io.luciola.chaintable.allocation;

import io.luciola.chaintable.ChainTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Chooses chains for files so that emptier ones fill first, without sending everything to the
 * emptiest.
 *
 * <p>A new run of chunks begins at a slot drawn with the weight {@code budget · (free /
 * budget)^preference}, and goes around the slot's round, so that as many chunks as the round has
 * chains lie on as many disks as the round touches; then another slot is drawn. Slots are drawn by
 * adding the golden ratio modulo 1 to the last draw: even a few draws are spread in proportion to
 * the weights, and several choosers that begin at different points add up to the same (Weyl 1916).
 * Chains without room are passed over, and those that lack a replica as long as others have room.
 * What was given away counts as used until the next report.
 *
 * <p>Not for several threads.
 */
public final class ChainChooser {

  /** Fills emptier chains first without leaving the others alone. */
  public static final double DEFAULT_PREFERENCE = 6;

  private static final double GOLDEN_RATIO = 0.6180339887498949;

  /** Draws for a round that was not visited. */
  private static final int DRAWS = 8;

  /** Weights are reckoned anew when this part of the free space was given away. */
  private static final int STALE_PART = 100;

  private final ChainTable table;
  private final double preference;
  private final int[] chainIds;
  private final int[] roundOf;
  private final Map<Integer, Integer> slotOf = new HashMap<>();
  private final long[] budgetBytes;
  private final long[] freeBytes;
  private final boolean[] complete;

  /** By slot: the weights of the slots before it. */
  private final double[] cumulated;

  private double point;
  private long givenBytes;
  private long freeSumBytes;

  /**
   * Knows of no space yet: {@link #onSpace} comes before the first choice.
   *
   * @param preference how much emptier chains are preferred; 0: not at all, 1: in proportion to
   *     their free space
   * @param seed where the draws begin
   */
  public ChainChooser(ChainTable table, double preference, long seed) {
    this.table = table;
    this.preference = preference;
    int slots = table.chainIds().size();
    chainIds = table.chainIds().stream().mapToInt(Integer::intValue).toArray();
    roundOf = new int[slots];
    for (int round = 0; round < table.rounds(); round++) {
      Arrays.fill(roundOf, table.roundStarts().get(round), table.roundEnd(round), round);
    }
    for (int slot = 0; slot < slots; slot++) {
      slotOf.put(chainIds[slot], slot);
    }
    budgetBytes = new long[slots];
    freeBytes = new long[slots];
    complete = new boolean[slots];
    cumulated = new double[slots + 1];
    point = (seed >>> 11) * 0x1.0p-53;
  }

  /** Knows the space of all chains anew. */
  public void onSpace(IntFunction<ChainSpace> spaceOfChain) {
    for (int slot = 0; slot < chainIds.length; slot++) {
      ChainSpace space = spaceOfChain.apply(chainIds[slot]);
      budgetBytes[slot] = space.budgetBytes();
      freeBytes[slot] = space.freeBytes();
      complete[slot] = space.complete();
    }
    weigh();
  }

  private void weigh() {
    givenBytes = 0;
    freeSumBytes = 0;
    boolean anyComplete = false;
    for (int slot = 0; slot < chainIds.length; slot++) {
      freeSumBytes += freeBytes[slot];
      anyComplete |= complete[slot] && freeBytes[slot] > 0;
    }
    for (int slot = 0; slot < chainIds.length; slot++) {
      double weight = 0;
      if (freeBytes[slot] > 0 && (complete[slot] || !anyComplete)) {
        double part = Math.min(1, (double) freeBytes[slot] / budgetBytes[slot]);
        weight = budgetBytes[slot] * StrictMath.pow(part, preference);
      }
      cumulated[slot + 1] = cumulated[slot] + weight;
    }
  }

  /**
   * Chooses.
   *
   * @param count how many at most, positive
   * @param recent chains of the newest chunks of the file's run, oldest first; empty: a new run
   * @param shareBytes what each of the chains must have room for
   * @return different chains, fewer when there are not enough with room; empty when there is none
   */
  public int[] choose(int count, int[] recent, long shareBytes) {
    int[] chosen = choose(count, recent, shareBytes, true);
    if (chosen.length == 0) {
      chosen = choose(count, recent, shareBytes, false);
    }
    for (int chain : chosen) {
      freeBytes[slotOf.get(chain)] -= shareBytes;
    }
    givenBytes += shareBytes * chosen.length;
    if (givenBytes > freeSumBytes / STALE_PART) {
      weigh();
    }
    return chosen;
  }

  private int[] choose(int count, int[] recent, long shareBytes, boolean onlyComplete) {
    Set<Integer> taken = new HashSet<>();
    for (int chain : recent) {
      taken.add(chain);
    }
    int[] chosen = new int[Math.min(count, chainIds.length)];
    int found = 0;
    boolean[] visited = new boolean[table.rounds()];
    int slot = firstSlot(recent);
    for (int rounds = 0; rounds < visited.length && found < chosen.length; rounds++) {
      int round = roundOf[slot];
      visited[round] = true;
      int start = table.roundStarts().get(round);
      int end = table.roundEnd(round);
      for (int i = start; i < end && found < chosen.length; i++) {
        boolean fits = freeBytes[slot] >= shareBytes && (complete[slot] || !onlyComplete);
        if (fits && taken.add(chainIds[slot])) {
          chosen[found++] = chainIds[slot];
        }
        slot = slot + 1 < end ? slot + 1 : start;
      }
      if (found < chosen.length) {
        slot = slotInNextRound(visited);
      }
    }
    if (found == 0 && recent.length > 0) {
      // Only chains that the run has already have room: better than none.
      return choose(count, new int[0], shareBytes, onlyComplete);
    }
    return Arrays.copyOf(chosen, found);
  }

  /** Behind the run's newest chain, or drawn. */
  private int firstSlot(int[] recent) {
    if (recent.length > 0) {
      Integer last = slotOf.get(recent[recent.length - 1]);
      if (last != null) {
        int round = roundOf[last];
        return last + 1 < table.roundEnd(round) ? last + 1 : table.roundStarts().get(round);
      }
    }
    return drawn();
  }

  private int drawn() {
    point += GOLDEN_RATIO;
    point -= Math.floor(point);
    double drawn = point * cumulated[chainIds.length];
    int found = Arrays.binarySearch(cumulated, drawn);
    int slot = found >= 0 ? found : -found - 2;
    return Math.clamp(slot, 0, chainIds.length - 1);
  }

  /** Drawn from the rounds that were not visited; else the first of these. */
  private int slotInNextRound(boolean[] visited) {
    for (int i = 0; i < DRAWS; i++) {
      int slot = drawn();
      if (!visited[roundOf[slot]]) {
        return slot;
      }
    }
    int round = 0;
    while (round < visited.length - 1 && visited[round]) {
      round++;
    }
    return table.roundStarts().get(round);
  }
}
