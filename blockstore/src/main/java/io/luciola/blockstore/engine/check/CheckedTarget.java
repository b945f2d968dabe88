package io.luciola.blockstore.engine.check;

/** A target as the walk over the device comes to know it; its place in the list is its number. */
final class CheckedTarget {

  final long id;
  long budgetBytes;
  boolean lossy;

  /** Being removed: it has no chunks any longer, whatever the chunk table says. */
  boolean removing;

  /** Gone: nobody has its number. */
  boolean gone;

  long usedBlocks;
  long chunks;
  long pendings;

  CheckedTarget(long id) {
    this.id = id;
  }
}
