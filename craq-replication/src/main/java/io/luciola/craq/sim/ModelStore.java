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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of a block engine: versioned chunks, rebuilt from a journal. Records are durable up to
 * the last completed prepare; a crash keeps a prefix that has at least these.
 */
final class ModelStore implements SimStore {

  private static final class Chunk {
    private long committedVersion;
    private long committed = SimContent.ABSENT;
    private long committedClientId;
    private int committedChannel;
    private long committedSequence;
    private long pendingVersion;
    private long pending;
    private int pendingKind;
    private long pendingClientId;
    private int pendingChannel;
    private long pendingSequence;
  }

  private static final int COMMIT = 0;
  private static final int DISCARD = -1;

  /** A prepare, or the end of one. */
  private record Entry(
      long lo, long version, int kind, int offset, long data, long client, int channel, long seq) {}

  private final List<Entry> journal = new ArrayList<>();
  private int durable;

  /** Numbers the times between crashes; what was under way in an earlier one never ends. */
  private int life;

  /** Chunks whose committed content on the disk is damaged. */
  private final Set<Long> rotten = new TreeSet<>();

  private final SimLoop loop;
  private final Consumer<Runnable> awhile;
  private final boolean durablePrepares;
  private Map<Long, Chunk> chunks = new TreeMap<>();

  /**
   * Has no chunks.
   *
   * @param awhile does something when the time for it has come, in this life of the node
   */
  ModelStore(SimLoop loop, Consumer<Runnable> awhile, boolean durablePrepares) {
    this.loop = loop;
    this.awhile = awhile;
    this.durablePrepares = durablePrepares;
  }

  @Override
  public List<Long> chunks() {
    return List.copyOf(chunks.keySet());
  }

  @Override
  public int prepare(UpdateOp op, long data, Prepared done) {
    if (isRotten(op.chunkLo) && (op.kind == ChunkUpdate.WRITE || op.kind == ChunkUpdate.TRUNCATE)) {
      awhile.accept(() -> done.on(EngineStatus.CHUNK_CORRUPT, 0, 0));
      return EngineStatus.OK;
    }
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
    int place = journal.size();
    int thisLife = life;
    awhile.accept(
        () -> {
          if (thisLife != life) {
            return;
          }
          Chunk made = prepared(place);
          done.on(
              EngineStatus.OK,
              SimContent.digest(made.pending),
              SimContent.lengthBytes(made.pending));
        });
    return EngineStatus.OK;
  }

  /** The prepare at a place in the journal, and all before it, are durable; it is visible now. */
  private Chunk prepared(int place) {
    durable = durablePrepares ? Math.max(durable, place) : durable;
    return apply(journal.get(place - 1));
  }

  @Override
  public int commit(UpdateOp op) {
    return end(op.chunkLo, op.version, COMMIT);
  }

  @Override
  public int discard(long lo, long version) {
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

  @Override
  public void crash(boolean brokenDisk) {
    life++;
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

  @Override
  public void discardAllPending() {
    for (long lo : chunks()) {
      long version = chunks.get(lo).pendingVersion;
      if (version != 0) {
        discard(lo, version);
      }
    }
    durable = journal.size();
  }

  @Override
  public void sync(Runnable done) {
    durable = journal.size();
    done.run();
  }

  @Override
  public int stat(long lo, ChunkStat out) {
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

  @Override
  public boolean canRot() {
    return true;
  }

  @Override
  public void rot(long lo) {
    rotten.add(lo);
  }

  @Override
  public boolean isRotten(long lo) {
    return rotten.contains(lo);
  }

  @Override
  public Set<Long> rotten() {
    return rotten;
  }

  @Override
  public void read(long lo, long version, Read done) {
    Chunk chunk = chunks.get(lo);
    long committedVersion = chunk == null ? 0 : chunk.committedVersion;
    boolean damaged = isRotten(lo) && version <= committedVersion;
    done.on(
        damaged ? EngineStatus.CHUNK_CORRUPT : EngineStatus.OK,
        content(chunk, lo, version),
        Math.max(version, committedVersion));
  }

  private static long content(@Nullable Chunk chunk, long lo, long version) {
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

  @Override
  public void close() {
    // There is nothing to give back.
  }
}
