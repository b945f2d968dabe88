package io.luciola.blockstore.engine.format;

/**
 * A target as a superblock keeps it; its place in the list is its number in chunk entries.
 *
 * @param id the target's id
 * @param budgetBytes most bytes of capacity that it may use
 * @param lossy chunks of it may have been lost with damaged metadata
 */
public record StoredTarget(long id, long budgetBytes, boolean lossy) {

  static final int BYTES = 24;

  /** Most targets on a device. */
  public static final int MAX = 128;
}
