package io.luciola.blockstore.engine;

import java.util.Arrays;

/** Updates that become pending together; reused. */
final class PrepareBatch {

  PrepareBatch next;
  long tag;
  int failure;
  private PrepareOp[] ops = new PrepareOp[16];
  private int size;
  private int ended;

  void begin(long batchTag) {
    tag = batchTag;
    failure = EngineStatus.OK;
    size = 0;
    ended = 0;
  }

  void add(PrepareOp op) {
    if (size == ops.length) {
      ops = Arrays.copyOf(ops, size * 2);
    }
    ops[size++] = op;
  }

  int size() {
    return size;
  }

  PrepareOp op(int i) {
    return ops[i];
  }

  /** One more update's data is written, or could not be; whether it was the last. */
  boolean countDown() {
    return ++ended == size;
  }

  int entryBytes() {
    int bytes = 0;
    for (int i = 0; i < size; i++) {
      bytes += RecordBuilder.preparedBytes(ops[i].update);
    }
    return bytes;
  }

  int journaledCount() {
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += ops[i].update.journaledCount;
    }
    return count;
  }
}
