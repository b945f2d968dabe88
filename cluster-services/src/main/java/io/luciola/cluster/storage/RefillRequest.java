package io.luciola.cluster.storage;

import io.luciola.craq.RefillBatch;
import org.jspecify.annotations.Nullable;

/** A question to the target that this node refills, until it is answered. */
final class RefillRequest extends Request {

  int opcode;
  int pass;

  /** The target that is asked. */
  long successor;

  /** What the question is about, and takes the answer; null when it is about no chunk. */
  @Nullable RefillBatch batch;

  @Override
  long chunkHi() {
    return 0;
  }

  @Override
  long chunkLo() {
    return 0;
  }

  @Override
  void reset() {
    super.reset();
    opcode = 0;
    pass = 0;
    successor = 0;
    batch = null;
  }
}
