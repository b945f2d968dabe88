package io.luciola.craq.sim;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.craq.UpdateOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A target's versioned chunks, rebuilt from a journal. Records are durable up to the last completed
 * prepare; a crash keeps a prefix that has at least these.
 */
final class SimStore {

  static final class Chunk {
    long committedVersion;
    long committed = SimContent.ABSENT;
    long committedClientId;
    int committedChannel;
    long committedSequence;
    long pendingVersion;
    long pending;
    int pendingKind;
    long pendingClientId;
    int pendingChannel;
    long pendingSequence;
  }

  private static final int COMMIT = 0;
  private static final int DISCARD = -1;

  /** A prepare, or the end of one. */
  private record Entry(
      long lo, long version, int kind, int offset, long data, long client, int channel, long seq) {}

  private final List<Entry> journal = new ArrayList<>();
  private int durable;

  /** Chunks whose committed content on the disk is damaged. */
  private final Set<Long> rotten = new TreeSet<>();

  private Map<Long, Chunk> chunks = new TreeMap<>();

  Map<Long, Chunk> chunks() {
    return chunks;
  }

  /** The prepare's place in the journal, or a refusal. */
  int prepare(UpdateOp op, long data) {
    Chunk chunk = chunks.get(op.chunkLo);
    long committed = chunk == null ? 0 : chunk.committedVersion;
    if (!ChunkUpdate.mayFollow(op.kind, op.version, committed)) {
      return EngineStatus.VERSION_MISMATCH;
    }
    if (chunk != null && chunk.pendingVersion != 0) {
      return EngineStatus.UPDATE_PENDING;
    }
    journal.add(
        new Entry(
            op.chunkLo,
            op.version,
            op.kind,
            op.offsetBytes,
            data,
            op.clientId,
            op.channel,
            op.sequence));
    return journal.size();
  }

  /** The prepare at a place in the journal, and all before it, are durable; it is visible now. */
  Chunk prepared(int place, boolean isDurable) {
    durable = isDurable ? Math.max(durable, place) : durable;
    return apply(journal.get(place - 1));
  }

  int commit(UpdateOp op) {
    return end(op.chunkLo, op.version, COMMIT);
  }

  int discard(long lo, long version) {
    return end(lo, version, DISCARD);
  }

  private int end(long lo, long version, int kind) {
    Chunk chunk = chunks.get(lo);
    if (chunk == null) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    if (chunk.pendingVersion != version) {
      return EngineStatus.VERSION_MISMATCH;
    }
    Entry entry = new Entry(lo, version, kind, 0, 0, 0, 0, 0);
    journal.add(entry);
    apply(entry);
    return EngineStatus.OK;
  }

  private Chunk apply(Entry entry) {
    Chunk chunk = chunks.computeIfAbsent(entry.lo, lo -> new Chunk());
    if (entry.kind > 0) {
      chunk.pendingVersion = entry.version;
      chunk.pendingKind = entry.kind;
      chunk.pending = SimContent.apply(chunk.committed, entry.kind, entry.offset, entry.data);
      chunk.pendingClientId = entry.client;
      chunk.pendingChannel = entry.channel;
      chunk.pendingSequence = entry.seq;
    } else if (entry.kind == DISCARD) {
      chunk.pendingVersion = 0;
      if (chunk.committedVersion == 0) {
        chunks.remove(entry.lo);
      }
    } else if (chunk.pendingKind == ChunkUpdate.REMOVE) {
      chunks.remove(entry.lo);
      rotten.remove(entry.lo);
    } else {
      if (ChunkUpdate.setsWholeContent(chunk.pendingKind)) {
        rotten.remove(entry.lo);
      }
      chunk.committedVersion = chunk.pendingVersion;
      chunk.committed = chunk.pending;
      chunk.committedClientId = chunk.pendingClientId;
      chunk.committedChannel = chunk.pendingChannel;
      chunk.committedSequence = chunk.pendingSequence;
      chunk.pendingVersion = 0;
    }
    return chunk;
  }

  /** Loses what was not durable, or a part of it; with a broken disk also a durable record. */
  void crash(SimLoop loop, boolean brokenDisk) {
    int kept = durable + loop.random.nextInt(journal.size() - durable + 1);
    if (brokenDisk && kept > 0) {
      kept = Math.max(0, kept - 1 - loop.random.nextInt(2));
    }
    journal.subList(kept, journal.size()).clear();
    durable = kept;
    chunks = new TreeMap<>();
    Set<Long> damaged = Set.copyOf(rotten);
    journal.forEach(this::apply);
    damaged.stream().filter(chunks::containsKey).forEach(rotten::add);
  }

  void discardAllPending() {
    for (long lo : List.copyOf(chunks.keySet())) {
      long version = chunks.get(lo).pendingVersion;
      if (version != 0) {
        discard(lo, version);
      }
    }
    sync();
  }

  void sync() {
    durable = journal.size();
  }

  int stat(long lo, ChunkStat out) {
    Chunk chunk = chunks.get(lo);
    if (chunk == null) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    out.chunkHi = 0;
    out.chunkLo = lo;
    out.capacityBytes = 4096;
    out.committedVersion = chunk.committedVersion;
    out.committedLengthBytes = SimContent.lengthBytes(chunk.committed);
    out.committedDigest = SimContent.digest(chunk.committed);
    out.committedClientId = chunk.committedClientId;
    out.committedChannel = chunk.committedChannel;
    out.committedSequence = chunk.committedSequence;
    out.pendingVersion = chunk.pendingVersion;
    out.pendingKind = chunk.pendingKind;
    out.pendingLengthBytes = SimContent.lengthBytes(chunk.pending);
    out.pendingDigest = SimContent.digest(chunk.pending);
    out.pendingClientId = chunk.pendingClientId;
    out.pendingChannel = chunk.pendingChannel;
    out.pendingSequence = chunk.pendingSequence;
    return EngineStatus.OK;
  }

  /** Damages a chunk on the disk. */
  void rot(long lo) {
    rotten.add(lo);
  }

  /** Whether what is committed of a chunk is damaged. */
  boolean isRotten(long lo) {
    return rotten.contains(lo);
  }

  Set<Long> rotten() {
    return rotten;
  }

  /** 0 when there is no such chunk. */
  long committedVersion(long lo) {
    Chunk chunk = chunks.get(lo);
    return chunk == null ? 0 : chunk.committedVersion;
  }

  long read(long lo, long version) {
    Chunk chunk = chunks.get(lo);
    if (chunk == null) {
      return SimContent.ABSENT;
    }
    if (version <= chunk.committedVersion) {
      return chunk.committed;
    }
    if (version != chunk.pendingVersion) {
      throw new AssertionError("read of version " + version + " of chunk " + lo);
    }
    return chunk.pending;
  }
}
