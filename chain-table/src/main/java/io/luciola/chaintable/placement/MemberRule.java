package io.luciola.chaintable.placement;

/** A rule for which disks make a chain. */
interface MemberRule {

  /** Makes the chains of a table; throws IllegalArgumentException when there are none. */
  Members members(DiskTree tree, TableRequest table, SplitMix64 random);

  /**
   * The chains of a table.
   *
   * @param chains by slot, the disks of the chain, head first
   * @param bounds first slot of each round, and behind the last
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Members(int[][] chains, int[] bounds) {}
}
