package io.luciola.blockstore.engine;

import org.jspecify.annotations.Nullable;

/** A prepare from its acceptance until its record is durable; reused. */
final class PrepareOp implements IoOwner {

  static final int MERGING = 0;
  static final int WRITING = 1;

  final Io io;
  PrepareOp next;
  long tag;
  int slot;
  PendingUpdate update;
  int phase;

  /** Where the payload lies in the chunk and in memory. */
  int payloadOffset;

  int payloadEnd;
  long payloadAddress;

  /** Bytes of the chunk that become zeros. */
  int zerosFrom;

  int zerosEnd;

  /** The batch that it belongs to, or null. */
  @Nullable PrepareBatch batch;

  /** Committed content which a copy takes over; 0 when there is none to take over. */
  int committedBlocks;

  int directFirst;
  int directEnd;
  int cursor;
  int run;
  boolean committedRead;
  int generation;
  long staging;

  private final UpdateWriter writer;

  PrepareOp(IoQueue ioQueue, UpdateWriter writer) {
    this.writer = writer;
    io = ioQueue.register(this);
  }

  @Override
  public void onIo(Io request, int error) {
    writer.onIo(this, error);
  }

  /** Whether the payload covers a whole block of the chunk. */
  boolean covers(int block) {
    int start = block * ChunkEngine.BLOCK_BYTES;
    return payloadOffset <= start && start + ChunkEngine.BLOCK_BYTES <= payloadEnd;
  }

  /** Whether the payload touches a block. */
  boolean touches(int block) {
    int start = block * ChunkEngine.BLOCK_BYTES;
    return payloadOffset < start + ChunkEngine.BLOCK_BYTES && start < payloadEnd;
  }

  /** Where the payload's bytes for a wholly covered block are. */
  long payloadOf(int block) {
    return payloadAddress + ((long) block * ChunkEngine.BLOCK_BYTES - payloadOffset);
  }
}
