package io.luciola.blockstore.engine.format;

/**
 * A target as a superblock keeps it; its place in the list is its number in chunk entries.
 *
 * @param id the target's id
 * @param budgetBytes most bytes of capacity that it may use
 * @param flags of {@link #LOSSY}, {@link #REMOVING} and {@link #FREE}
 */
public record StoredTarget(long id, long budgetBytes, int flags) {

  static final int BYTES = 24;

  /** Most targets on a device. */
  public static final int MAX = 128;

  /** Flag: chunks of it may have been lost with damaged metadata. */
  public static final int LOSSY = 1;

  /** Flag: it is being removed, its chunks do not count any longer. */
  public static final int REMOVING = 2;

  /** Flag: no target has the number. */
  public static final int FREE = 4;

  /** A number that no target has. */
  public static final StoredTarget NOBODY = new StoredTarget(0, 0, FREE);

  /** Whether chunks of it may have been lost with damaged metadata. */
  public boolean lossy() {
    return (flags & LOSSY) != 0;
  }

  /** Whether it is being removed. */
  public boolean removing() {
    return (flags & REMOVING) != 0;
  }

  /** Whether no target has the number. */
  public boolean isFree() {
    return (flags & FREE) != 0;
  }
}
