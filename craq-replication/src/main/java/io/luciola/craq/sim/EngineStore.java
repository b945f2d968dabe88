package io.luciola.craq.sim;

import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkStat;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.engine.FormatOptions;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.fault.NonDurableDevice;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import io.luciola.craq.UpdateOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * A real block engine on a device whose cache forgets in a crash, sector by sector. It works in
 * steps of the simulated time; all that is random comes from the simulation's seed.
 */
final class EngineStore implements SimStore {

  private static final long DEVICE_BYTES = 24 << 20;
  private static final FormatOptions FORMAT =
      FormatOptions.defaults(new UUID(1, 2)).withMaxChunks(256).withJournalBytes(2 << 20);
  private static final int CHUNK_BYTES = 4096;
  private static final int SLOT_BYTES = 8;

  /** What is asked of the engine, until it answers or crashes. */
  private sealed interface Request {
    record Prepare(long buffer, Prepared done) implements Request {}

    record ReadBack(long buffer, long lo, Read done) implements Request {}

    record Sync(Runnable done) implements Request {}
  }

  private final SimLoop loop;
  private final long targetId;
  private final LongSupplier clock;
  private DeviceImage image = new DeviceImage(DEVICE_BYTES);

  /** What was on the device at the begin of this life. */
  private DeviceImage before;

  private final Crc32c crc = new Crc32c();
  private final ChunkUpdate update = new ChunkUpdate();
  private final Map<Long, Request> requests = new HashMap<>();
  private NonDurableDevice device;
  private BlockEngine engine;
  private long nextTag;
  private int life;
  private boolean stepping;

  EngineStore(SimLoop loop, long targetId, LongSupplier clock) {
    this.loop = loop;
    this.targetId = targetId;
    this.clock = clock;
    BlockEngine.format(new ImageDevice(image, CHUNK_BYTES, true), FORMAT);
    open();
    int created = engine.createTarget(targetId, 8 << 20);
    if (created != EngineStatus.OK) {
      throw new AssertionError("no target: " + EngineStatus.name(created));
    }
  }

  private void open() {
    before = image.copy();
    device =
        new NonDurableDevice(new ImageDevice(image, CHUNK_BYTES, true), loop.random.nextLong());
    engine =
        BlockEngine.open(
            device,
            EngineOptions.defaults("sim-" + targetId)
                .withScrubBytesPerSecond(0)
                .withMemory(0, 1 << 20, 64)
                .withNanoTime(clock),
            new Answers());
    stepping = false;
    life++;
  }

  // ---- time

  private void wake() {
    if (!stepping) {
      stepping = true;
      int thisLife = life;
      loop.after(
          loop.delay(2 * SimLoop.MICRO, 200 * SimLoop.MICRO),
          () -> {
            if (thisLife == life) {
              stepping = false;
              step();
            }
          });
    }
  }

  private void step() {
    int thisLife = life;
    int work = engine.doWork();
    if (thisLife != life) {
      return; // what it answered ended in a crash
    }
    long limitNs = engine.sleepLimitNs();
    if (!requests.isEmpty() || work > 0) {
      wake();
    } else if (limitNs != Long.MAX_VALUE) {
      loop.after(
          limitNs,
          () -> {
            if (thisLife == life) {
              wake();
            }
          });
    }
  }

  // ---- chunks

  @Override
  public List<Long> chunks() {
    List<Long> ids = new ArrayList<>();
    engine.forEachChunk(targetId, chunk -> ids.add(chunk.chunkLo));
    return ids;
  }

  @Override
  public int stat(long lo, ChunkStat out) {
    return engine.stat(targetId, 0, lo, out);
  }

  @Override
  public int prepare(UpdateOp op, long data, Prepared done) {
    long buffer = Memory.allocate(CHUNK_BYTES);
    update.targetId = targetId;
    update.chunkHi = 0;
    update.chunkLo = op.chunkLo;
    update.kind = op.kind;
    update.offsetBytes = op.offsetBytes;
    update.lengthBytes = encode(op.kind, data, buffer);
    update.dataAddress = buffer;
    update.dataCrc32c = crc.of(buffer, update.lengthBytes);
    update.version = op.version;
    update.chainVersion = op.chainVersion;
    update.capacityBytes = CHUNK_BYTES;
    update.clientId = op.clientId;
    update.channel = op.channel;
    update.sequence = op.sequence;
    long tag = ++nextTag;
    int status = engine.prepare(update, tag);
    if (status == EngineStatus.OK) {
      requests.put(tag, new Request.Prepare(buffer, done));
      wake();
    } else {
      Memory.free(buffer, CHUNK_BYTES);
    }
    return status;
  }

  /** How many bytes of data there are. */
  private static int encode(int kind, long data, long buffer) {
    switch (kind) {
      case ChunkUpdate.WRITE -> {
        Memory.putLong(buffer, data);
        return SLOT_BYTES;
      }
      case ChunkUpdate.REPLACE, ChunkUpdate.INSTALL -> {
        Memory.putLong(buffer, SimContent.first(data));
        Memory.putLong(buffer + SLOT_BYTES, SimContent.second(data));
        return SimContent.lengthBytes(data);
      }
      default -> {
        return 0;
      }
    }
  }

  @Override
  public int commit(UpdateOp op) {
    int status = engine.commit(targetId, 0, op.chunkLo, op.version, op.chainVersion);
    wake();
    return status;
  }

  @Override
  public int discard(long lo, long version) {
    int status = engine.discardPending(targetId, 0, lo, version);
    wake();
    return status;
  }

  @Override
  public void discardAllPending() {
    ChunkStat stat = new ChunkStat();
    for (long lo : chunks()) {
      if (stat(lo, stat) == EngineStatus.OK && stat.pendingVersion != 0) {
        discard(lo, stat.pendingVersion);
      }
    }
  }

  @Override
  public void read(long lo, long version, Read done) {
    long buffer = Memory.allocate(CHUNK_BYTES);
    long tag = ++nextTag;
    int status = engine.read(targetId, 0, lo, version, 0, CHUNK_BYTES, buffer, tag);
    if (status == EngineStatus.OK) {
      requests.put(tag, new Request.ReadBack(buffer, lo, done));
      wake();
      return;
    }
    Memory.free(buffer, CHUNK_BYTES);
    boolean absent = status == EngineStatus.NO_SUCH_CHUNK;
    done.on(absent ? EngineStatus.OK : status, SimContent.ABSENT, 0);
  }

  @Override
  public void sync(Runnable done) {
    long tag = ++nextTag;
    int status = engine.sync(tag);
    if (status != EngineStatus.OK) {
      throw new AssertionError("sync: " + EngineStatus.name(status));
    }
    requests.put(tag, new Request.Sync(done));
    wake();
  }

  private final class Answers implements ChunkEngine.Listener {

    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      if (requests.remove(tag) instanceof Request.Prepare(long buffer, Prepared done)) {
        Memory.free(buffer, CHUNK_BYTES);
        done.on(status, digest, lengthBytes);
      }
    }

    @Override
    public void onRead(long tag, int status, long version) {
      if (requests.remove(tag) instanceof Request.ReadBack(long buffer, long lo, Read done)) {
        long content =
            status < 0
                ? SimContent.ABSENT
                : SimContent.of(
                    status,
                    status < SLOT_BYTES ? 0 : Memory.getLong(buffer),
                    status < 2 * SLOT_BYTES ? 0 : Memory.getLong(buffer + SLOT_BYTES));
        Memory.free(buffer, CHUNK_BYTES);
        done.on(Math.min(status, EngineStatus.OK), content, version);
      }
    }

    @Override
    public void onSynced(long tag, int status) {
      if (requests.remove(tag) instanceof Request.Sync(Runnable done)) {
        done.run();
      }
    }
  }

  // ---- crashes

  @Override
  public void crash(boolean brokenDisk) {
    device.losePower();
    letGo();
    if (brokenDisk) {
      image = before;
    }
    open();
  }

  private void letGo() {
    List<Request> open = List.copyOf(requests.values());
    requests.clear();
    engine.close();
    for (Request request : open) {
      switch (request) {
        case Request.Prepare prepare -> Memory.free(prepare.buffer, CHUNK_BYTES);
        case Request.ReadBack read -> Memory.free(read.buffer, CHUNK_BYTES);
        case Request.Sync sync -> {
          // It has no memory.
        }
      }
    }
  }

  @Override
  public boolean canRot() {
    return false;
  }

  @Override
  public void rot(long lo) {
    throw new UnsupportedOperationException("damage is simulated by the model");
  }

  @Override
  public boolean isRotten(long lo) {
    return false;
  }

  @Override
  public Set<Long> rotten() {
    return Set.of();
  }

  @Override
  public void close() {
    life++;
    letGo();
  }
}
