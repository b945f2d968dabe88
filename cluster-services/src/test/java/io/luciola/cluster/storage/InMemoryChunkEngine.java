package io.luciola.cluster.storage;

import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.EngineUsage;
import io.luciola.blockstore.engine.EngineUsage.TargetUsage;
import io.luciola.blockstore.engine.space.SpaceLevel;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A chunk engine in plain objects, after the contract's letter. Its content outlives it, as a
 * disk's does: hand {@link Content} to the next one.
 */
final class InMemoryChunkEngine implements ChunkEngine {

  /** What is on the disk. */
  static final class Content {
    private final Map<Long, TreeMap<Key, Chunk>> targets = new HashMap<>();

    /** From now on reads of this chunk find damage. */
    boolean readsAreCorrupt;

    /** Prepares answer NO_SPACE. */
    boolean full;

    /** The engine throws out of its next round of work. */
    volatile boolean fails;

    /** What closing the engine waits for. */
    volatile CountDownLatch mayClose = new CountDownLatch(0);

    /** Reads that were asked for. */
    final AtomicLong reads = new AtomicLong();

    /**
     * Changes the first byte of all that is committed, as nothing should ever do; how many chunks
     * that were. Those that their engine's thread has not committed yet stay as they are.
     */
    int scramble() {
      List<Version> committed =
          targets.values().stream()
              .flatMap(chunks -> chunks.values().stream())
              .map(chunk -> chunk.committed)
              .filter(Objects::nonNull)
              .toList();
      committed.forEach(version -> version.bytes()[0] ^= 1);
      return committed.size();
    }
  }

  private record Key(long hi, long lo) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.<Key>comparingLong(key -> key.hi ^ Long.MIN_VALUE)
            .thenComparingLong(key -> key.lo ^ Long.MIN_VALUE);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Version(
      long version,
      int kind,
      byte[] bytes,
      int chainVersion,
      long clientId,
      int channel,
      long sequence) {}

  private static final class Chunk {
    private int capacityBytes;
    private Version committed;
    private Version pending;
  }

  private final Content content;
  private final Listener listener;
  private final Crc32c checksum = new Crc32c();
  private final ArrayDeque<Runnable> completions = new ArrayDeque<>();
  private boolean closed;

  InMemoryChunkEngine(Content content, Listener listener) {
    this.content = content;
    this.listener = listener;
  }

  @Override
  public int createTarget(long targetId, long budgetBytes) {
    content.targets.computeIfAbsent(targetId, id -> new TreeMap<>());
    return EngineStatus.OK;
  }

  @Override
  public int removeTarget(long targetId) {
    return content.targets.remove(targetId) == null ? EngineStatus.NO_SUCH_TARGET : EngineStatus.OK;
  }

  @Override
  public EngineUsage usage() {
    return new EngineUsage(
        Long.MAX_VALUE,
        freeBytes(),
        SpaceLevel.OK,
        content.targets.keySet().stream()
            .map(id -> new TargetUsage(id, Long.MAX_VALUE, usedBytes(id), false, false))
            .toList());
  }

  @Override
  public void setScrubRate(long bytesPerSecond) {
    // There is nothing to scrub.
  }

  @Override
  public long[] targetIds() {
    return content.targets.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public long usedBytes(long targetId) {
    TreeMap<Key, Chunk> target = content.targets.get(targetId);
    return target == null ? -1 : target.values().stream().mapToLong(c -> c.capacityBytes).sum();
  }

  @Override
  public long freeBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public int stat(long targetId, long chunkHi, long chunkLo, ChunkStat stat) {
    TreeMap<Key, Chunk> target = content.targets.get(targetId);
    if (target == null) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    Chunk chunk = target.get(new Key(chunkHi, chunkLo));
    if (chunk == null) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    fill(new Key(chunkHi, chunkLo), chunk, stat);
    return EngineStatus.OK;
  }

  private static void fill(Key key, Chunk chunk, ChunkStat stat) {
    stat.chunkHi = key.hi;
    stat.chunkLo = key.lo;
    stat.capacityBytes = chunk.capacityBytes;
    Version committed = chunk.committed;
    stat.committedVersion = committed == null ? 0 : committed.version;
    stat.committedLengthBytes = committed == null ? 0 : committed.bytes.length;
    stat.committedDigest = committed == null ? 0 : digest(committed);
    stat.committedChainVersion = committed == null ? 0 : committed.chainVersion;
    stat.committedClientId = committed == null ? 0 : committed.clientId;
    stat.committedChannel = committed == null ? 0 : committed.channel;
    stat.committedSequence = committed == null ? 0 : committed.sequence;
    Version pending = chunk.pending;
    stat.pendingVersion = pending == null ? 0 : pending.version;
    stat.pendingKind = pending == null ? 0 : pending.kind;
    stat.pendingLengthBytes = pending == null ? 0 : pending.bytes.length;
    stat.pendingDigest = pending == null ? 0 : digest(pending);
    stat.pendingChainVersion = pending == null ? 0 : pending.chainVersion;
    stat.pendingClientId = pending == null ? 0 : pending.clientId;
    stat.pendingChannel = pending == null ? 0 : pending.channel;
    stat.pendingSequence = pending == null ? 0 : pending.sequence;
  }

  private static long digest(Version version) {
    return version.kind == ChunkUpdate.REMOVE ? 0 : Arrays.hashCode(version.bytes);
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
    content.reads.incrementAndGet();
    TreeMap<Key, Chunk> target = content.targets.get(targetId);
    Chunk chunk = target == null ? null : target.get(new Key(chunkHi, chunkLo));
    if (chunk == null) {
      return target == null ? EngineStatus.NO_SUCH_TARGET : EngineStatus.NO_SUCH_CHUNK;
    }
    Version found = chunk.committed;
    if (version != COMMITTED && (found == null || version > found.version)) {
      found = chunk.pending != null && chunk.pending.version == version ? chunk.pending : null;
      if (found == null) {
        return EngineStatus.VERSION_MISMATCH;
      }
    }
    if (found == null) {
      return EngineStatus.NO_SUCH_CHUNK;
    }
    if (content.readsAreCorrupt) {
      completions.add(() -> listener.onRead(tag, EngineStatus.CHUNK_CORRUPT, 0));
      return EngineStatus.OK;
    }
    int bytes = Math.clamp(found.bytes.length - offsetBytes, 0, lengthBytes);
    Memory.put(
        address + offsetBytes % BLOCK_BYTES,
        found.bytes,
        Math.min(offsetBytes, found.bytes.length),
        bytes);
    long versionRead = found.version;
    completions.add(() -> listener.onRead(tag, bytes, versionRead));
    return EngineStatus.OK;
  }

  @Override
  public int prepare(ChunkUpdate update, long tag) {
    TreeMap<Key, Chunk> target = content.targets.get(update.targetId);
    if (target == null) {
      return EngineStatus.NO_SUCH_TARGET;
    }
    if (content.full && update.kind != ChunkUpdate.REMOVE) {
      return EngineStatus.NO_SPACE;
    }
    Key key = new Key(update.chunkHi, update.chunkLo);
    Chunk chunk = target.get(key);
    Version committed = chunk == null ? null : chunk.committed;
    long committedVersion = committed == null ? 0 : committed.version;
    if (chunk != null && chunk.pending != null) {
      return EngineStatus.UPDATE_PENDING;
    }
    if (!ChunkUpdate.mayFollow(update.kind, update.version, committedVersion)) {
      return EngineStatus.VERSION_MISMATCH;
    }
    if (ChunkUpdate.carriesData(update.kind)
        && checksum.of(update.dataAddress, update.lengthBytes) != update.dataCrc32c) {
      return EngineStatus.PAYLOAD_CORRUPT;
    }
    if (chunk == null) {
      chunk = new Chunk();
      chunk.capacityBytes = update.capacityBytes;
      target.put(key, chunk);
    }
    byte[] old = committed == null ? new byte[0] : committed.bytes;
    chunk.pending =
        new Version(
            update.version,
            update.kind,
            apply(update, old),
            update.chainVersion,
            update.clientId,
            update.channel,
            update.sequence);
    long digest = digest(chunk.pending);
    int lengthBytes = chunk.pending.bytes.length;
    completions.add(() -> listener.onPrepared(tag, EngineStatus.OK, digest, lengthBytes));
    return EngineStatus.OK;
  }

  private static byte[] apply(ChunkUpdate update, byte[] old) {
    return switch (update.kind) {
      case ChunkUpdate.WRITE -> {
        int end = update.offsetBytes + update.lengthBytes;
        byte[] bytes = Arrays.copyOf(old, Math.max(old.length, end));
        Memory.get(update.dataAddress, bytes, update.offsetBytes, update.lengthBytes);
        yield bytes;
      }
      case ChunkUpdate.TRUNCATE -> Arrays.copyOf(old, update.offsetBytes);
      case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL -> {
        byte[] bytes = new byte[update.lengthBytes];
        Memory.get(update.dataAddress, bytes, 0, update.lengthBytes);
        yield bytes;
      }
      default -> new byte[0];
    };
  }

  @Override
  public int prepareAll(ChunkUpdate[] updates, int count, long tag) {
    return EngineStatus.BAD_ARGUMENT;
  }

  @Override
  public int commitAll(ChunkUpdate[] updates, int count) {
    return EngineStatus.BAD_ARGUMENT;
  }

  @Override
  public int commit(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    TreeMap<Key, Chunk> target = content.targets.get(targetId);
    Key key = new Key(chunkHi, chunkLo);
    Chunk chunk = target == null ? null : target.get(key);
    if (chunk == null) {
      return target == null ? EngineStatus.NO_SUCH_TARGET : EngineStatus.NO_SUCH_CHUNK;
    }
    if (chunk.pending == null || chunk.pending.version != version) {
      return EngineStatus.VERSION_MISMATCH;
    }
    if (chunk.pending.kind == ChunkUpdate.REMOVE) {
      target.remove(key);
    } else {
      chunk.committed = chunk.pending;
      chunk.pending = null;
    }
    return EngineStatus.OK;
  }

  @Override
  public int discardPending(long targetId, long chunkHi, long chunkLo, long version) {
    TreeMap<Key, Chunk> target = content.targets.get(targetId);
    Key key = new Key(chunkHi, chunkLo);
    Chunk chunk = target == null ? null : target.get(key);
    if (chunk == null) {
      return target == null ? EngineStatus.NO_SUCH_TARGET : EngineStatus.NO_SUCH_CHUNK;
    }
    if (chunk.pending == null || chunk.pending.version != version) {
      return EngineStatus.VERSION_MISMATCH;
    }
    chunk.pending = null;
    if (chunk.committed == null) {
      target.remove(key);
    }
    return EngineStatus.OK;
  }

  @Override
  public int sync(long tag) {
    completions.add(() -> listener.onSynced(tag, EngineStatus.OK));
    return EngineStatus.OK;
  }

  @Override
  public void forEachChunk(long targetId, ChunkVisitor visitor) {
    ChunkStat stat = new ChunkStat();
    content
        .targets
        .getOrDefault(targetId, new TreeMap<>())
        .forEach(
            (key, chunk) -> {
              fill(key, chunk, stat);
              visitor.onChunk(stat);
            });
  }

  @Override
  public long visitChunks(long targetId, long cursor, int limit, ChunkVisitor visitor) {
    long[] place = {0};
    forEachChunk(
        targetId,
        chunk -> {
          if (place[0] >= cursor && place[0] < cursor + limit) {
            visitor.onChunk(chunk);
          }
          place[0]++;
        });
    return place[0] > cursor + limit ? cursor + limit : NO_MORE_CHUNKS;
  }

  @Override
  public int completionFd() {
    return -1;
  }

  @Override
  public int doWork() {
    if (content.fails) {
      throw new IllegalStateException("planted, this is a test");
    }
    int count = closed ? 0 : completions.size();
    for (int i = 0; i < count; i++) {
      completions.remove().run();
    }
    return count;
  }

  @Override
  public String roleName() {
    return "engine-in-memory";
  }

  @Override
  public void close() {
    try {
      content.mayClose.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    closed = true;
  }
}
