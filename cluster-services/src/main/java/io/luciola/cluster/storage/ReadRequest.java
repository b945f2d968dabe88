package io.luciola.cluster.storage;

import io.luciola.craq.ReadOp;

/** A READ in progress. */
final class ReadRequest extends Request {

  /** The replica's view of it. */
  final ReadOp op = new ReadOp();

  /** Whether the answer waits in a send queue, with the buffer as its payload. */
  boolean answered;

  ReadRequest() {
    op.context = this;
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
    answered = false;
  }
}
