package io.luciola.blockstore.engine.crash;

import java.util.Objects;

/** What a chunk is: its committed and its pending version, null where there is none. */
record ChunkState(Version committed, Version pending) {

  static final ChunkState ABSENT = new ChunkState(null, null);

  boolean isSame(ChunkState other) {
    return isSame(committed, other.committed) && isSame(pending, other.pending);
  }

  long committedNumber() {
    return committed == null ? 0 : committed.number();
  }

  byte[] content() {
    return committed == null ? null : committed.content();
  }

  private static boolean isSame(Version one, Version other) {
    return one == null ? other == null : one.isSame(other);
  }

  @Override
  public String toString() {
    return Objects.toString(committed, "absent") + (pending == null ? "" : ", pending " + pending);
  }
}
