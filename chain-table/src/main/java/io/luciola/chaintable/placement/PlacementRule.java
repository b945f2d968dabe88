package io.luciola.chaintable.placement;

/** How chains are made of disks. */
public enum PlacementRule {

  /** Dispersed at random over nodes and disks, in rounds that touch every disk. */
  DISPERSED,

  /**
   * 3FS's: the same groups of nodes again for the first disk of each node, the second of each, and
   * so on, in this order in the table. For comparison.
   */
  BY_DISK_INDEX
}
