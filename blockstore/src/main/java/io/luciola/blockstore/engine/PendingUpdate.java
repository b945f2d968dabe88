package io.luciola.blockstore.engine;

/** A chunk's pending update, or one on its way to be; reused. */
final class PendingUpdate {

  /** Most blocks of one update that travel in the journal: an unaligned 64 KiB touches 17. */
  static final int MAX_JOURNALED =
      EngineOptions.MAX_JOURNALED_LIMIT_BYTES / ChunkEngine.BLOCK_BYTES + 1;

  final int number;

  /** Number and id of the target; the number may be another's while a checkpoint holds this. */
  int target;

  long targetId;
  long chunkHi;
  long chunkLo;
  int kind;
  long version;
  int chainVersion;
  long clientId;
  int channel;
  long clientSequence;
  int lengthBytes;
  long digest;

  /** The content has an extent of its own; otherwise it shares the committed one's. */
  boolean fresh;

  /** Where the content lies: its own extent, or the committed one. */
  long extent;

  int order;

  /** Blocks which went straight to the extent; their checksums are there. */
  int directFirst;

  int directCount;
  int journaledCount;
  final int[] journaledBlock = new int[MAX_JOURNALED];
  final int[] journaledSlot = new int[MAX_JOURNALED];

  /** Blocks that become holes when the update is committed. */
  int punchedFirst;

  int punchedCount;

  /** Recovery: which batch of its record it belongs to; 0: none. */
  int batch;

  /** Blocks whose checksums are kept in memory for the update. */
  long pinnedCommitted;

  long pinnedCommittedBlocks;
  long pinnedOwnBlocks;

  /** The update is durable and has neither been committed nor discarded. */
  boolean attached;

  /** A checkpoint still has to write it; it is not reused before. */
  boolean held;

  boolean releasedWhileHeld;

  /** Named by the batch that is being committed. */
  boolean inBatch;

  PendingUpdate nextFree;

  PendingUpdate(int number) {
    this.number = number;
  }

  /** Whether the update makes a hole of a block of the chunk. */
  boolean punches(int block) {
    return block >= punchedFirst && block < punchedFirst + punchedCount;
  }

  /** The slot that holds a block of the chunk, or {@link JournaledBlocks#NONE}. */
  int journaledSlotOf(int block) {
    for (int i = 0; i < journaledCount; i++) {
      if (journaledBlock[i] == block) {
        return journaledSlot[i];
      }
    }
    return JournaledBlocks.NONE;
  }
}
