package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.UUID;

/** An engine whose operations a test can wait for, one at a time. */
final class EngineFixture implements ChunkEngine.Listener, AutoCloseable {

  static final long TARGET = 3;
  static final FormatOptions FORMAT =
      FormatOptions.defaults(new UUID(11, 12)).withMaxChunks(4096).withJournalBytes(2 << 20);
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int NOT_ENDED = Integer.MIN_VALUE;

  final BlockEngine engine;
  final ChunkUpdate update = new ChunkUpdate();
  final long buffer = Memory.allocate(BUFFER_BYTES);
  private final Crc32c crc = new Crc32c();
  private int status;

  /** Whose chunks are meant from here on. */
  long target = TARGET;

  long prepared;
  long reads;

  /** Most chunks that one round of the engine removed. */
  int mostGonePerRound;

  EngineFixture(BlockDevice device) {
    this(device, EngineOptions.defaults("test"));
  }

  EngineFixture(BlockDevice device, EngineOptions options) {
    if (!BlockEngine.isFormatted(device)) {
      BlockEngine.format(device, FORMAT);
    }
    engine = BlockEngine.open(device, options, this);
  }

  EngineFixture withTarget(long budgetBytes) {
    assertEquals(EngineStatus.OK, engine.createTarget(TARGET, budgetBytes));
    return this;
  }

  /** Prepares and waits; returns the status. */
  int prepare(int kind, long chunk, long version, int capacity, int offset, byte[] data) {
    Memory.put(buffer, data, 0, data.length);
    update.targetId = target;
    update.chunkHi = 0;
    update.chunkLo = chunk;
    update.kind = kind;
    update.version = version;
    update.capacityBytes = capacity;
    update.offsetBytes = offset;
    update.lengthBytes = data.length;
    update.dataAddress = buffer;
    update.dataCrc32c = crc.of(buffer, data.length);
    int refused;
    for (int i = 0; ; i++) {
      status = NOT_ENDED;
      refused = engine.prepare(update, 1);
      if (refused != EngineStatus.BACK_PRESSURE) {
        break;
      }
      assertTrue(i < 1_000_000, "back pressure does not end");
      engine.doWork();
    }
    return refused == EngineStatus.OK ? await() : refused;
  }

  /** Commits, through back pressure. */
  int commit(long chunk, long version) {
    while (true) {
      int answer = engine.commit(target, 0, chunk, version, 1);
      if (answer != EngineStatus.BACK_PRESSURE) {
        return answer;
      }
      engine.doWork();
    }
  }

  void write(long chunk, long version, int capacity, int offset, byte[] data) {
    assertEquals(
        EngineStatus.OK, prepare(ChunkUpdate.WRITE, chunk, version, capacity, offset, data));
    assertEquals(EngineStatus.OK, commit(chunk, version));
  }

  void remove(long chunk, long version) {
    assertEquals(EngineStatus.OK, prepare(ChunkUpdate.REMOVE, chunk, version, 0, 0, new byte[0]));
    assertEquals(EngineStatus.OK, commit(chunk, version));
  }

  /** Reads and waits; returns the status. The bytes are in {@link #buffer}. */
  int read(long chunk, long version, int offset, int length) {
    for (int i = 0; ; i++) {
      status = NOT_ENDED;
      int refused = engine.read(target, 0, chunk, version, offset, length, buffer, 2);
      if (refused != EngineStatus.BACK_PRESSURE) {
        return refused == EngineStatus.OK ? await() : refused;
      }
      assertTrue(i < 1_000_000, "back pressure does not end");
      engine.doWork();
    }
  }

  byte[] bytes(int length) {
    byte[] data = new byte[length];
    Memory.get(buffer, data, 0, length);
    return data;
  }

  int sync() {
    status = NOT_ENDED;
    int refused = engine.sync(3);
    return refused == EngineStatus.OK ? await() : refused;
  }

  private int await() {
    for (int i = 0; status == NOT_ENDED; i++) {
      assertTrue(i < 10_000_000, "an operation hangs");
      int before = engine.states().index.size();
      int work = engine.doWork();
      mostGonePerRound = Math.max(mostGonePerRound, before - engine.states().index.size());
      if (work == 0) {
        BlockingDevice.pause();
      }
    }
    return status;
  }

  @Override
  public void onPrepared(long tag, int outcome, long digest, int lengthBytes) {
    status = outcome;
    prepared++;
  }

  @Override
  public void onRead(long tag, int outcome, long version) {
    status = outcome;
    reads++;
  }

  @Override
  public void onSynced(long tag, int outcome) {
    status = outcome;
  }

  @Override
  public void close() {
    engine.close();
    Memory.free(buffer, BUFFER_BYTES);
  }
}
