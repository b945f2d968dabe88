package io.luciola.cluster.storage;

import io.luciola.craq.UpdateOp;

/** A WRITE or UPDATE in progress, or an update which the replica makes on its own account. */
final class WriteRequest extends Request {

  private final UpdateOp own = new UpdateOp();

  /** The replica's view of it. */
  UpdateOp op = own;

  int opcode;

  /** When it came in. */
  long arrivedNs;

  /** To whom it is forwarded. */
  long successorTargetId;

  /** By which chain version it is forwarded. */
  int forwardChainVersion;

  /** Whether its successor was asked which blocks differ. */
  boolean comparing;

  /** Whether only the blocks that differ were sent. */
  boolean delta;

  /** Whether what the engine has of it is a read of what is committed, into {@link #side}. */
  boolean readsBase;

  /** Whether another replica was asked for the chunk, to repair it. */
  boolean repairing;

  /** The place in the chain of the replica that is asked next. */
  int peerPlace;

  /**
   * A second buffer: blocks and their checksums on the way out, what is committed on the way in.
   */
  long side;

  /** Bytes of the buffer that are a refill's. */
  int refillBytes;

  /** Whether the buffer is one for the whole content, not what came with the update. */
  boolean whole;

  /** Whether what the engine has of it is its request to make all durable. */
  boolean syncing;

  /** Whether what the engine has of it is a read of its pending version. */
  boolean loading;

  WriteRequest() {
    own.context = this;
  }

  @Override
  long chunkHi() {
    return op.chunkHi;
  }

  @Override
  long chunkLo() {
    return op.chunkLo;
  }

  @Override
  void reset() {
    super.reset();
    op = own;
    own.context = this;
    opcode = 0;
    loading = false;
    whole = false;
    syncing = false;
    arrivedNs = 0;
    successorTargetId = 0;
    forwardChainVersion = 0;
    comparing = false;
    delta = false;
    readsBase = false;
    side = NO_BUFFER;
    refillBytes = 0;
    repairing = false;
    peerPlace = 0;
  }
}
