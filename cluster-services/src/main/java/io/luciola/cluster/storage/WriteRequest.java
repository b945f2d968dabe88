package io.luciola.cluster.storage;

import io.luciola.craq.UpdateOp;

/** A WRITE or UPDATE in progress, or an update which the replica makes on its own account. */
final class WriteRequest extends Request {

  private final UpdateOp own = new UpdateOp();

  /** The replica's view of it. */
  UpdateOp op = own;

  int opcode;

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
  }
}
