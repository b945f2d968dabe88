package io.luciola.blockstore.engine.check;

/** A target as the walk over the device comes to know it; its place in the list is its number. */
final class CheckedTarget {

  final long id;
  long budgetBytes;
  boolean lossy;
  long usedBlocks;
  long chunks;
  long pendings;

  CheckedTarget(long id) {
    this.id = id;
  }
}
