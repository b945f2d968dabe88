package io.luciola.cluster.client;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.chaintable.ChunkId;
import io.luciola.chaintable.FileLayout;
import org.jspecify.annotations.Nullable;

/** One request of the user, cut into pieces as there is room for them; reused. */
final class Operation {

  enum Kind {
    READ,
    WRITE,
    CUT
  }

  long tag;
  Kind kind = Kind.READ;
  @Nullable FileLayout layout;
  long inode;
  long deadlineNs;
  ReadMode mode = ReadMode.LINEARIZABLE;

  /** Bytes transferred when all goes well. */
  int lengthBytes;

  /** Negative errno once a piece has failed. */
  int error;

  int piecesInFlight;

  /** Whether no more pieces will be started. */
  boolean started;

  private long address;
  private long startBytes;
  private long nextBytes;
  private long endBytes;
  private int maxPieceBytes;

  /**
   * Begins a transfer.
   *
   * @param piecesEndBytes where the pieces end: before the end of a read whose rest is a hole
   */
  void startTransfer(
      long offsetBytes, int length, long piecesEndBytes, long memory, int pieceLimitBytes) {
    lengthBytes = length;
    address = memory;
    startBytes = offsetBytes;
    nextBytes = offsetBytes;
    endBytes = piecesEndBytes;
    maxPieceBytes = pieceLimitBytes;
  }

  void startCut(long oldLengthBytes, long newLengthBytes) {
    lengthBytes = 0;
    nextBytes = newLengthBytes;
    endBytes = Math.min(oldLengthBytes, layout.endBytes());
  }

  /** Whether pieces are still to be started. */
  boolean hasMore() {
    return error == 0 && nextBytes < endBytes;
  }

  boolean isOver() {
    return piecesInFlight == 0 && !hasMore();
  }

  int result() {
    return error != 0 ? error : lengthBytes;
  }

  /** Fills in the next piece. */
  void cutNext(Piece piece) {
    int chunkBytes = layout.chunkSizeBytes();
    int chunkIndex = layout.chunkIndex(nextBytes);
    long chunkStart = Integer.toUnsignedLong(chunkIndex) * chunkBytes;
    int inChunk = (int) (nextBytes - chunkStart);
    piece.operation = this;
    piece.chainId = layout.chainOf(chunkIndex);
    piece.chunkHi = ChunkId.hi(inode);
    piece.chunkLo = ChunkId.lo(inode, chunkIndex);
    piece.capacityBytes = chunkBytes;
    piece.offsetBytes = inChunk;
    if (kind == Kind.CUT) {
      piece.kind = inChunk == 0 ? ChunkUpdate.REMOVE : ChunkUpdate.TRUNCATE;
      piece.lengthBytes = 0;
      nextBytes = chunkStart + chunkBytes;
      return;
    }
    long pieceEnd = Math.min(endBytes, chunkStart + chunkBytes);
    if (pieceEnd - nextBytes > maxPieceBytes) {
      // Later pieces begin with whole blocks.
      pieceEnd = (nextBytes + maxPieceBytes) & -4096L;
    }
    piece.kind = kind == Kind.WRITE ? ChunkUpdate.WRITE : Piece.READ;
    piece.lengthBytes = (int) (pieceEnd - nextBytes);
    piece.capacityBytes = capacityFor(chunkIndex, inChunk + piece.lengthBytes);
    piece.address = address + (nextBytes - startBytes);
    nextBytes = pieceEnd;
  }

  /**
   * Most files are small: a first chunk takes the space it needs and moves when it grows. Where
   * there is a second chunk, the file is large, and its chunks take all their space at once.
   */
  private int capacityFor(int chunkIndex, int endInChunk) {
    if (chunkIndex != 0) {
      return layout.chunkSizeBytes();
    }
    int needed = Math.max(endInChunk, ChunkEngine.BLOCK_BYTES);
    return Integer.highestOneBit(needed - 1) << 1;
  }
}
