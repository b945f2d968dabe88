package io.luciola.chaintable;

import java.util.List;

/**
 * The chains that file layouts are cut from, in slot order.
 *
 * <p>The slots fall into rounds: runs of chains that lie on as many different disks as possible. In
 * a generated table each round touches every disk. A file that walks through one round uses them
 * all.
 *
 * @param id positive
 * @param version positive; old versions stay valid, file layouts came from them
 * @param chainIds not empty
 * @param roundStarts first slot of each round, ascending from 0
 */
public record ChainTable(int id, int version, List<Integer> chainIds, List<Integer> roundStarts) {

  /** The table that is made first, and from which files get their chains. */
  public static final int FIRST_ID = 1;

  /** Checks the rules and copies the lists. */
  public ChainTable {
    if (id <= 0 || version <= 0) {
      throw new IllegalArgumentException(
          "chain table id and version are positive, not " + id + " and " + version);
    }
    chainIds = List.copyOf(chainIds);
    if (chainIds.isEmpty()) {
      throw new IllegalArgumentException("chain table " + id + " has no chain");
    }
    roundStarts = List.copyOf(roundStarts);
    int last = -1;
    for (int start : roundStarts) {
      if (start <= last || start >= chainIds.size() || (last < 0 && start != 0)) {
        throw new IllegalArgumentException(
            "rounds of chain table " + id + " begin at ascending slots from 0, not " + roundStarts);
      }
      last = start;
    }
    if (last < 0) {
      throw new IllegalArgumentException("chain table " + id + " has no round");
    }
  }

  /** A table of one round. */
  public ChainTable(int id, int version, List<Integer> chainIds) {
    this(id, version, chainIds, List.of(0));
  }

  /** How many rounds there are. */
  public int rounds() {
    return roundStarts.size();
  }

  /** The slot behind a round. */
  public int roundEnd(int round) {
    return round + 1 < roundStarts.size() ? roundStarts.get(round + 1) : chainIds.size();
  }

  /**
   * Chains of the longest round: the least stripe with which a file uses every disk that the table
   * can give it in one round.
   */
  public int minimumStripe() {
    int longest = 0;
    for (int round = 0; round < rounds(); round++) {
      longest = Math.max(longest, roundEnd(round) - roundStarts.get(round));
    }
    return longest;
  }
}
