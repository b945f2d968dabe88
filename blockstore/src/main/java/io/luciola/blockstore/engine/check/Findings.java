package io.luciola.blockstore.engine.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found so far; so many are kept, all are counted. */
final class Findings {

  static final int MOST_KEPT = 10_000;

  private static final int BLOCK_BYTES = 4096;

  private final List<Finding> kept = new ArrayList<>();
  private long errors;
  private long warnings;
  private boolean muted;

  /** From now on, what is found is known already. */
  void mute() {
    muted = true;
  }

  /** From now on, what is found is news again. */
  void unmute() {
    muted = false;
  }

  void error(String what, long deviceOffset, long lengthBytes) {
    add(Severity.ERROR, what, null, Finding.NOWHERE, deviceOffset, lengthBytes);
  }

  void error(String what) {
    error(what, Finding.NOWHERE, 0);
  }

  void warning(String what, long deviceOffset, long lengthBytes) {
    add(Severity.WARNING, what, null, Finding.NOWHERE, deviceOffset, lengthBytes);
  }

  /** Something about a chunk as a whole. */
  void chunk(Severity severity, ChunkName chunk, String what) {
    add(severity, what, chunk, Finding.NOWHERE, Finding.NOWHERE, 0);
  }

  /** Something about blocks of a chunk. */
  void blocks(
      Severity severity, ChunkName chunk, String what, int block, long deviceOffset, int count) {
    add(
        severity,
        what,
        chunk,
        (long) block * BLOCK_BYTES,
        deviceOffset,
        (long) count * BLOCK_BYTES);
  }

  List<Finding> kept() {
    return List.copyOf(kept);
  }

  long errors() {
    return errors;
  }

  long warnings() {
    return warnings;
  }

  private void add(
      Severity severity,
      String what,
      @Nullable ChunkName chunk,
      long chunkOffset,
      long deviceOffset,
      long lengthBytes) {
    if (muted) {
      return;
    }
    if (severity == Severity.ERROR) {
      errors++;
    } else {
      warnings++;
    }
    if (kept.size() < MOST_KEPT) {
      kept.add(new Finding(severity, what, chunk, chunkOffset, deviceOffset, lengthBytes));
    }
  }
}
