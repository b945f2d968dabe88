package io.luciola.blockstore.engine.check;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds chunks that are in the table twice, in memory that does not grow with the table: in several
 * passes, each over a part of all names' hashes.
 */
final class DuplicateNames {

  private static final int PER_PASS = 4 << 20;

  private final StoredState state;
  private final Findings findings;
  private long[] hashes = new long[1024];
  private int count;

  DuplicateNames(StoredState state, Findings findings) {
    this.state = state;
    this.findings = findings;
  }

  void run() {
    long passes = state.superblock.chunkSlots() / (long) PER_PASS + 1;
    for (long pass = 0; pass < passes; pass++) {
      Set<Long> suspicious = repeatedHashes(pass, passes);
      if (!suspicious.isEmpty()) {
        report(suspicious);
      }
    }
  }

  private Set<Long> repeatedHashes(long pass, long passes) {
    count = 0;
    state.visitChunks(
        chunk -> {
          long hash = hash(chunk.name);
          if (Long.remainderUnsigned(hash, passes) == pass) {
            if (count == hashes.length) {
              hashes = Arrays.copyOf(hashes, count * 2);
            }
            hashes[count++] = hash;
          }
        });
    Arrays.sort(hashes, 0, count);
    Set<Long> repeated = new HashSet<>();
    for (int i = 1; i < count; i++) {
      if (hashes[i] == hashes[i - 1]) {
        repeated.add(hashes[i]);
      }
    }
    return repeated;
  }

  private void report(Set<Long> suspicious) {
    Set<ChunkName> seen = new HashSet<>();
    state.visitChunks(
        chunk -> {
          if (suspicious.contains(hash(chunk.name)) && !seen.add(chunk.name)) {
            findings.chunk(Severity.ERROR, chunk.name, "it is in the chunk table more than once");
          }
        });
  }

  private static long hash(ChunkName name) {
    long mixed = (name.targetId() * 0x9E3779B97F4A7C15L ^ name.hi()) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 29) ^ name.lo()) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
