package io.luciola.blockstore.engine.check;

/** A pending update as a record describes it. */
final class CheckedUpdate {

  /** Says that a block is not among the journaled ones. */
  static final int NONE = -1;

  int kind;
  long version;
  int chainVersion;
  boolean fresh;
  long extent;
  int order;
  int lengthBytes;
  long digest;
  int directFirst;
  int directCount;
  int punchedFirst;
  int punchedCount;

  /** Which blocks of the chunk are in the record, their checksums, and where they lie. */
  int[] journaledBlock = new int[0];

  int[] journaledChecksum = new int[0];
  long[] journaledOffset = new long[0];

  /** The journal record; 0 when it came with the checkpoint. */
  long sequence;

  boolean punches(int block) {
    return block >= punchedFirst && block < punchedFirst + punchedCount;
  }

  /** The place of a block among the journaled ones, or {@link #NONE}. */
  int journaledAt(int block) {
    for (int i = 0; i < journaledBlock.length; i++) {
      if (journaledBlock[i] == block) {
        return i;
      }
    }
    return NONE;
  }
}
