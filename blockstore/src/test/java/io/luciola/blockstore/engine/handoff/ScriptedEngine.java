package io.luciola.blockstore.engine.handoff;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.blockstore.engine.space.SpaceLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An engine that does what a test says: it writes down what it is asked for, in order, and has room
 * for as much as told. What it accepts completes in the next round of work.
 */
final class ScriptedEngine implements ChunkEngine {

  /** What was asked for and accepted, such as {@code read 7}; of any thread. */
  final List<String> log = Collections.synchronizedList(new ArrayList<>());

  int roomForReads = Integer.MAX_VALUE;
  int roomForPrepares = Integer.MAX_VALUE;
  int roomForCommits = Integer.MAX_VALUE;
  volatile boolean completes = true;
  volatile boolean closed;

  /** Thrown by the next round of work. */
  volatile RuntimeException failure;

  volatile Error error;

  private final Listener listener;
  private final ArrayDeque<Runnable> completions = new ArrayDeque<>();

  ScriptedEngine(Listener listener) {
    this.listener = listener;
  }

  Listener listener() {
    return listener;
  }

  @Override
  public int createTarget(long targetId, long budgetBytes) {
    log.add("createTarget " + targetId);
    return EngineStatus.OK;
  }

  @Override
  public int removeTarget(long targetId) {
    log.add("removeTarget " + targetId);
    return EngineStatus.OK;
  }

  @Override
  public EngineUsage usage() {
    return new EngineUsage(
        1000, 700, SpaceLevel.OK, List.of(new TargetUsage(3, 500, 300, false, false)));
  }

  @Override
  public void setScrubRate(long bytesPerSecond) {
    // There is nothing to scrub.
  }

  @Override
  public long[] targetIds() {
    return new long[] {1, 2};
  }

  @Override
  public long usedBytes(long targetId) {
    return targetId * 100;
  }

  @Override
  public long freeBytes() {
    return 12345;
  }

  @Override
  public int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat) {
    log.add("stat " + chunkLo);
    stat.chunkLo = chunkLo;
    stat.committedVersion = 17;
    return EngineStatus.OK;
  }

  @Override
  public int read(
      long targetId,
      long chunkHi,
      long chunkLo,
      long version,
      int offsetBytes,
      int lengthBytes,
      long address,
      long tag) {
    if (roomForReads == 0) {
      return EngineStatus.BACK_PRESSURE;
    }
    roomForReads--;
    log.add("read " + chunkLo);
    completions.add(() -> listener.onRead(tag, lengthBytes, version));
    return EngineStatus.OK;
  }

  @Override
  public int prepare(ChunkUpdate update, long tag) {
    if (roomForPrepares == 0) {
      return EngineStatus.BACK_PRESSURE;
    }
    roomForPrepares--;
    log.add("prepare " + update.chunkLo);
    completions.add(() -> listener.onPrepared(tag, EngineStatus.OK, 99, update.lengthBytes));
    return EngineStatus.OK;
  }

  @Override
  public int prepareAll(ChunkUpdate[] updates, int count, long tag) {
    StringBuilder line = new StringBuilder("prepareAll");
    for (int i = 0; i < count; i++) {
      line.append(' ').append(updates[i].chunkLo);
    }
    log.add(line.toString());
    completions.add(() -> listener.onPrepared(tag, EngineStatus.OK, 0, count));
    return EngineStatus.OK;
  }

  @Override
  public int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    return end("commit " + chunkLo, version);
  }

  @Override
  public int commitAll(ChunkUpdate[] updates, int count) {
    return end("commitAll " + count, updates[0].version);
  }

  @Override
  public int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    return end("discard " + chunkLo, version);
  }

  /** Version 404 does not fit. */
  private int end(String what, long version) {
    if (roomForCommits == 0) {
      return EngineStatus.BACK_PRESSURE;
    }
    roomForCommits--;
    log.add(what);
    return version == 404 ? EngineStatus.VERSION_MISMATCH : EngineStatus.OK;
  }

  @Override
  public int sync(long tag) {
    log.add("sync");
    completions.add(() -> listener.onSynced(tag, EngineStatus.OK));
    return EngineStatus.OK;
  }

  @Override
  public void forEachChunk(long targetId, ChunkVisitor visitor) {
    ChunkStat stat = new ChunkStat();
    for (int chunk = 0; chunk < 3; chunk++) {
      stat.chunkLo = chunk;
      visitor.onChunk(stat);
    }
  }

  @Override
  public long visitChunks(long targetId, long cursor, int limit, ChunkVisitor visitor) {
    ChunkStat stat = new ChunkStat();
    stat.chunkLo = cursor;
    visitor.onChunk(stat);
    return cursor < 2 ? cursor + 1 : NO_MORE_CHUNKS;
  }

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public int doWork() {
    if (failure != null) {
      throw failure;
    }
    if (error != null) {
      throw error;
    }
    int count = completes ? completions.size() : 0;
    for (int i = 0; i < count; i++) {
      completions.remove().run();
    }
    return count;
  }

  @Override
  public String roleName() {
    return "scripted";
  }

  @Override
  public void close() {
    closed = true;
  }
}
