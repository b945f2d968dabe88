package io.luciola.craq;

import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** A prepare, or a commit when kind is 0. */
  private record Entry(
      long lo, long version, int kind, int offset, long data, long client, int channel, long seq) {}

  private final List<Entry> journal = new ArrayList<>();
  private int durable;
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
    if (chunk != null && chunk.pendingVersion != 0 && op.kind != ChunkUpdate.REPLACE) {
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
  Chunk prepared(int place) {
    durable = Math.max(durable, place);
    return apply(journal.get(place - 1));
  }

  int commit(UpdateOp op) {
    Chunk chunk = chunks.get(op.chunkLo);
    if (chunk == null) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    if (chunk.pendingVersion != op.version) {
      return EngineStatus.VERSION_MISMATCH;
    }
    Entry entry = new Entry(op.chunkLo, op.version, 0, 0, 0, 0, 0, 0);
    journal.add(entry);
    apply(entry);
    return EngineStatus.OK;
  }

  private Chunk apply(Entry entry) {
    Chunk chunk = chunks.computeIfAbsent(entry.lo, lo -> new Chunk());
    if (entry.kind != 0) {
      chunk.pendingVersion = entry.version;
      chunk.pendingKind = entry.kind;
      chunk.pending = SimContent.apply(chunk.committed, entry.kind, entry.offset, entry.data);
      chunk.pendingClientId = entry.client;
      chunk.pendingChannel = entry.channel;
      chunk.pendingSequence = entry.seq;
    } else if (chunk.pendingKind == ChunkUpdate.REMOVE) {
      chunks.remove(entry.lo);
    } else {
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
    journal.forEach(this::apply);
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
