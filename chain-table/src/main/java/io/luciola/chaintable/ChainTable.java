package io.luciola.chaintable;

import java.util.List;

/**
 * The chains that file layouts are cut from, in slot order.
 *
 * @param id positive
 * @param version positive; old versions stay valid, file layouts came from them
 * @param chainIds not empty
 */
public record ChainTable(int id, int version, List<Integer> chainIds) {

  /** The table that is made first, and from which files get their chains. */
  public static final int FIRST_ID = 1;

  /** Checks the rules and copies the list. */
  public ChainTable {
    if (id <= 0 || version <= 0) {
      throw new IllegalArgumentException(
          "chain table id and version are positive, not " + id + " and " + version);
    }
    chainIds = List.copyOf(chainIds);
    if (chainIds.isEmpty()) {
      throw new IllegalArgumentException("chain table " + id + " has no chain");
    }
  }
}
