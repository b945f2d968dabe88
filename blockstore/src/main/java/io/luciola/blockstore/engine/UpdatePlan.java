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
  int journaledCount;
  final int[] journaledBlock = new int[PendingUpdate.MAX_JOURNALED];
  int punchedFirst;
  int punchedCount;

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
    journaledCount = 0;
    punchedFirst = 0;
    punchedCount = 0;
    switch (update.kind) {
      case ChunkUpdate.WRITE -> planWrite(update, slot, exists);
      case ChunkUpdate.TRUNCATE -> planTruncate(update, slot, exists);
      case ChunkUpdate.PUNCH -> planPunch(update, slot);
      case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL -> {
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
    for (int i = 0; i < overlap; i++) {
      journal(first + i);
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
    journal(cutBlock);
  }

  /** Whole blocks become holes; zeros in others go through the journal. */
  private void planPunch(ChunkUpdate update, int slot) {
    lengthBytes = states.index.lengthBytes(slot);
    int end = update.offsetBytes + update.lengthBytes;
    punchedFirst = ChunkStates.blocks(update.offsetBytes);
    // Behind the content's end there are zeros anyway.
    int punchedEnd = end == lengthBytes ? ChunkStates.blocks(end) : end / ChunkEngine.BLOCK_BYTES;
    punchedCount = Math.max(0, punchedEnd - punchedFirst);
    if (punchedCount == 0) {
      punchedFirst = 0;
    }
    if (journaledLimitBlocks == 0) {
      fresh = true;
      copies = true;
      directEnd = ChunkStates.blocks(lengthBytes);
      return;
    }
    int firstEdge = update.offsetBytes / ChunkEngine.BLOCK_BYTES;
    int lastEdge = (end - 1) / ChunkEngine.BLOCK_BYTES;
    journalEdge(slot, firstEdge);
    if (lastEdge != firstEdge) {
      journalEdge(slot, lastEdge);
    }
  }

  private void journalEdge(int slot, int block) {
    boolean punched = block >= punchedFirst && block < punchedFirst + punchedCount;
    if (!punched
        && states.checksums.get(states.index.extent(slot) + block) != BlockChecksums.HOLE) {
      journal(block);
    }
  }

  private void journal(int block) {
    journaledBlock[journaledCount++] = block;
  }
}
