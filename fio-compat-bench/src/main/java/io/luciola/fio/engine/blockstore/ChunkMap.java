package io.luciola.fio.engine.blockstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.chaintable.ChunkId;
import io.luciola.fio.engine.FileRegion;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The chunks of a job's files in one dense numbering: their ids, their committed versions and
 * lengths, and who waits for a chunk that is being updated.
 */
final class ChunkMap {

  static final int NOBODY = -1;

  private final int chunkBytes;
  private final long[] inodes;
  private final int[] firstChunk;
  private final int[] fileOf;

  /** Committed version of each chunk; 0 when it does not exist. */
  final long[] versions;

  /** Bytes of each chunk that exist. */
  final int[] lengths;

  /** Whether an update of the chunk is under way. */
  final boolean[] busy;

  /** First slot that waits for the chunk. */
  final int[] firstWaiter;

  /** Last slot that waits for the chunk. */
  final int[] lastWaiter;

  ChunkMap(List<FileRegion> files, int chunkBytes) {
    this.chunkBytes = chunkBytes;
    inodes = files.stream().mapToLong(file -> inodeOf(file.name())).toArray();
    firstChunk = new int[files.size() + 1];
    for (int i = 0; i < files.size(); i++) {
      long chunks = (files.get(i).endBytes() + chunkBytes - 1) / chunkBytes;
      firstChunk[i + 1] = Math.addExact(firstChunk[i], Math.toIntExact(chunks));
    }
    int count = firstChunk[files.size()];
    fileOf = new int[count];
    for (int i = 0; i < files.size(); i++) {
      Arrays.fill(fileOf, firstChunk[i], firstChunk[i + 1], i);
    }
    versions = new long[count];
    lengths = new int[count];
    busy = new boolean[count];
    firstWaiter = new int[count];
    lastWaiter = new int[count];
    Arrays.fill(firstWaiter, NOBODY);
    Arrays.fill(lastWaiter, NOBODY);
  }

  int count() {
    return versions.length;
  }

  int chunkAt(int file, long offsetBytes) {
    return firstChunk[file] + (int) (offsetBytes / chunkBytes);
  }

  long hi(int chunk) {
    return ChunkId.hi(inodes[fileOf[chunk]]);
  }

  long lo(int chunk) {
    int file = fileOf[chunk];
    return ChunkId.lo(inodes[file], chunk - firstChunk[file]);
  }

  /** Learns what the engine already has. */
  void load(ChunkEngine engine) {
    ChunkStat stat = new ChunkStat();
    for (int chunk = 0; chunk < versions.length; chunk++) {
      int status = engine.stat(BenchmarkDevice.TARGET_ID, hi(chunk), lo(chunk), stat);
      if (status == EngineStatus.OK) {
        if (stat.pendingVersion != 0) {
          engine.discardPending(
              BenchmarkDevice.TARGET_ID, hi(chunk), lo(chunk), stat.pendingVersion);
        }
        versions[chunk] = stat.committedVersion;
        lengths[chunk] = stat.committedLengthBytes;
      }
    }
  }

  /** A file's inode is made of its name, so that later jobs find it again. */
  private static long inodeOf(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).getMostSignificantBits() >>> 1;
  }
}
