package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.index.BlockChecksums;

/**
 * Decides where an update's blocks go: to a fresh extent, straight behind the committed content, or
 * through the journal. Reused.
 */
final class UpdatePlan {

  boolean fresh;
  boolean copies;
  int lengthBytes;
  int directFirst;
  int directEnd;
  int journaledFirst;
  int journaledCount;

  /** The fresh extent, once it is taken. */
  long extent;

  private final ChunkStates states;
  private final int journaledLimitBlocks;

  UpdatePlan(ChunkStates states, int journaledLimitBytes) {
    this.states = states;
    // One block more, because an unaligned piece touches one more.
    journaledLimitBlocks =
        journaledLimitBytes == 0 ? 0 : journaledLimitBytes / ChunkEngine.BLOCK_BYTES + 1;
  }

  /**
   * Plans an update that was found to be legal; the slot has a committed version if it exists. An
   * order above the present extent's moves the content to a larger one.
   */
  void make(ChunkUpdate update, int slot, boolean exists, int order) {
    boolean grows = exists && order > states.index.order(slot);
    fresh = !exists || grows;
    copies = grows;
    directFirst = 0;
    directEnd = 0;
    journaledFirst = 0;
    journaledCount = 0;
    switch (update.kind) {
      case ChunkUpdate.WRITE -> planWrite(update, slot, exists);
      case ChunkUpdate.TRUNCATE -> planTruncate(update, slot, exists);
      case ChunkUpdate.REPLACE -> {
        fresh = true;
        copies = false;
        lengthBytes = update.lengthBytes;
        directEnd = ChunkStates.blocks(lengthBytes);
      }
      default -> lengthBytes = 0;
    }
  }

  private void planWrite(ChunkUpdate update, int slot, boolean exists) {
    int end = update.offsetBytes + update.lengthBytes;
    int first = update.offsetBytes / ChunkEngine.BLOCK_BYTES;
    int last = ChunkStates.blocks(end);
    if (!exists) {
      lengthBytes = end;
      directFirst = first;
      directEnd = last;
      return;
    }
    int committedLength = states.index.lengthBytes(slot);
    int committedBlocks = ChunkStates.blocks(committedLength);
    lengthBytes = Math.max(committedLength, end);
    int overlap = Math.min(last, committedBlocks) - first;
    if (copies || overlap > journaledLimitBlocks) {
      fresh = true;
      copies = true;
      directEnd = ChunkStates.blocks(lengthBytes);
      return;
    }
    if (overlap > 0) {
      journaledFirst = first;
      journaledCount = overlap;
    }
    directFirst = Math.max(first, committedBlocks);
    directEnd = Math.max(last, directFirst);
  }

  private void planTruncate(ChunkUpdate update, int slot, boolean exists) {
    lengthBytes = update.offsetBytes;
    if (copies) {
      directEnd = ChunkStates.blocks(states.index.lengthBytes(slot));
      return;
    }
    if (!exists || lengthBytes >= states.index.lengthBytes(slot)) {
      return;
    }
    int cutBlock = lengthBytes / ChunkEngine.BLOCK_BYTES;
    if (lengthBytes % ChunkEngine.BLOCK_BYTES == 0
        || states.checksums.get(states.index.extent(slot) + cutBlock) == BlockChecksums.HOLE) {
      return;
    }
    if (journaledLimitBlocks == 0) {
      fresh = true;
      copies = true;
      directEnd = ChunkStates.blocks(lengthBytes);
      return;
    }
    journaledFirst = cutBlock;
    journaledCount = 1;
  }
}
