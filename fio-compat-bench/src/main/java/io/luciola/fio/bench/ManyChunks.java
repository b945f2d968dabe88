package io.luciola.fio.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.FormatOptions;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** Very many chunks without data on one device: made by extending each to its length. */
final class ManyChunks implements ChunkEngine.Listener, AutoCloseable {

  /** Capacity of each chunk, and its length when made. */
  static final int CHUNK_BYTES = 64 << 10;

  private static final long TARGET = 1;
  private static final int CHAIN_VERSION = 1;
  private static final int MOST_IN_FLIGHT = 128;
  private static final int SAMPLES = 10_000;
  private static final long IDLE_NS = 20_000;
  private static final UUID DISK = UUID.nameUUIDFromBytes("luciola bench chunks".getBytes(UTF_8));

  private final int chunks;
  private final ChunkUpdate update = new ChunkUpdate();
  private final ChunkStat stat = new ChunkStat();
  private final BlockEngine engine;
  private final ArrayDeque<Integer> prepared = new ArrayDeque<>(MOST_IN_FLIGHT);
  private int inFlight;

  /** Opens the device; the time this takes is the time of opening. */
  ManyChunks(Path device, int chunks) {
    this.chunks = chunks;
    UringDevice opened = UringDevice.open(device);
    try {
      engine = BlockEngine.open(opened, EngineOptions.defaults("bench"), this);
    } catch (RuntimeException unusable) {
      opened.close();
      throw unusable;
    }
  }

  /** A device that such chunks fit on: sparse, larger by what metadata may take. */
  static long deviceBytes(int chunks) {
    long bytes = (long) chunks * (CHUNK_BYTES + (2 << 10)) + (4L << 30);
    return bytes >> 20 << 20;
  }

  /** Formats a device for so many. */
  static void format(Path device, int chunks) {
    try (UringDevice opened = UringDevice.open(device)) {
      BlockEngine.format(opened, FormatOptions.defaults(DISK).withMaxChunks(chunks));
    }
  }

  /** Makes all chunks, durable when this returns. */
  void createAll() {
    check(engine.createTarget(TARGET, Long.MAX_VALUE), "creating the target");
    for (int chunk = 0; chunk < chunks; chunk++) {
      extend(chunk, CHUNK_BYTES);
    }
    while (inFlight > 0) {
      work();
    }
    check(engine.sync(0), "sync");
    inFlight++;
    while (inFlight > 0) {
      work();
    }
  }

  /** Changes lengths of chunks at random for ever. */
  void churn(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    while (true) {
      extend(random.nextInt(chunks), random.nextInt(CHUNK_BYTES));
    }
  }

  /** How many chunks there are, by the space that they take. */
  long count() {
    return engine.usedBytes(TARGET) / CHUNK_BYTES;
  }

  /** Memory of the index. */
  long indexBytes() {
    return engine.indexBytes();
  }

  /** How many of a sample of the chunks are not there. */
  int missing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int missing = 0;
    for (int i = 0; i < SAMPLES; i++) {
      int chunk = random.nextInt(chunks);
      missing += engine.stat(TARGET, hi(chunk), lo(chunk), stat) == EngineStatus.OK ? 0 : 1;
    }
    return missing;
  }

  private void extend(int chunk, int length) {
    while (inFlight >= MOST_IN_FLIGHT) {
      work();
    }
    int known = engine.stat(TARGET, hi(chunk), lo(chunk), stat);
    update.targetId = TARGET;
    update.chunkHi = hi(chunk);
    update.chunkLo = lo(chunk);
    update.kind = ChunkUpdate.TRUNCATE;
    update.offsetBytes = length;
    update.version = (known == EngineStatus.OK ? stat.committedVersion : 0) + 1;
    update.chainVersion = CHAIN_VERSION;
    update.capacityBytes = CHUNK_BYTES;
    int status = engine.prepare(update, chunk);
    while (status == EngineStatus.BACK_PRESSURE) {
      work();
      status = engine.prepare(update, chunk);
    }
    if (status == EngineStatus.UPDATE_PENDING) {
      // The same chunk was chosen a moment ago; another will do.
      return;
    }
    check(status, "preparing chunk " + chunk);
    inFlight++;
  }

  private void work() {
    int commits = commitPrepared();
    if (engine.doWork() + commits == 0) {
      LockSupport.parkNanos(IDLE_NS);
    }
  }

  private int commitPrepared() {
    int commits = 0;
    while (!prepared.isEmpty()) {
      int chunk = prepared.getFirst();
      check(engine.stat(TARGET, hi(chunk), lo(chunk), stat), "looking at chunk " + chunk);
      int status = engine.commit(TARGET, hi(chunk), lo(chunk), stat.pendingVersion, CHAIN_VERSION);
      if (status == EngineStatus.BACK_PRESSURE) {
        break;
      }
      check(status, "committing chunk " + chunk);
      prepared.removeFirst();
      inFlight--;
      commits++;
    }
    return commits;
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    check(status, "preparing chunk " + tag);
    prepared.addLast((int) tag);
  }

  @Override
  public void onRead(long tag, int status, long version) {
    throw new AssertionError("nothing is read");
  }

  @Override
  public void onSynced(long tag, int status) {
    check(status, "sync");
    inFlight--;
  }

  private static void check(int status, String doing) {
    if (status != EngineStatus.OK) {
      throw new IllegalStateException(doing + ": " + EngineStatus.name(status));
    }
  }

  private static long hi(int chunk) {
    return (long) chunk >>> 10;
  }

  private static long lo(int chunk) {
    return (long) (chunk & 1023) << 32;
  }

  @Override
  public void close() {
    engine.close();
  }
}
