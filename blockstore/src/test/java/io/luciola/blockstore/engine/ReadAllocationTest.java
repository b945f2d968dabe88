package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.device.NullDevice;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verified reads allocate nothing once they are warm, on every kind of device, many in flight. */
class ReadAllocationTest implements ChunkEngine.Listener {

  private static final int DEPTH = 32;
  private static final int BLOCK = ChunkEngine.BLOCK_BYTES;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int READS = 50_000;
  private static final int ATTEMPTS = 10;

  // Reading the counter of allocated bytes itself makes an object.
  private static final long ALLOWED_BYTES = 1024;

  private int prepared;
  private int ended;
  private int failed;

  @Test
  void onMemory() {
    check(new MemoryDevice(48 << 20));
  }

  @Test
  void onTheNullDevice() {
    check(new NullDevice(48 << 20, 128));
  }

  @Test
  void onAFile(@TempDir Path directory) {
    Path file = directory.resolve("disk");
    UringDevice.create(file, 48 << 20);
    check(UringDevice.open(file));
  }

  private void check(BlockDevice device) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    BlockEngine.format(device, EngineFixture.FORMAT);
    long memory = Memory.allocate((long) DEPTH * BLOCK);
    try (BlockEngine engine = BlockEngine.open(device, EngineOptions.defaults("test"), this)) {
      layOutZeros(engine);
      device.registerMemory(memory, (long) DEPTH * BLOCK);
      long least = Long.MAX_VALUE;
      // What the compiler has not reached yet may allocate; once it has, nothing does.
      for (int attempt = 0; attempt < ATTEMPTS && least > ALLOWED_BYTES; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        read(engine, device, memory);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, failed);
      assertTrue(least <= ALLOWED_BYTES, least + " bytes allocated by " + READS + " reads");

      corruptTheBuffersOfTheNullDevice(engine, device, memory);
    } finally {
      Memory.free(memory, (long) DEPTH * BLOCK);
    }
  }

  /** Its reads are really verified: with other than zeros in the buffers they fail. */
  private void corruptTheBuffersOfTheNullDevice(
      BlockEngine engine, BlockDevice device, long memory) {
    if (device instanceof NullDevice) {
      Memory.putByte(memory, (byte) 1);
      ended = 0;
      assertEquals(
          EngineStatus.OK, engine.read(1, 0, 1, ChunkEngine.COMMITTED, 0, BLOCK, memory, 0));
      while (ended == 0) {
        engine.doWork();
      }
      assertEquals(1, failed);
    }
  }

  private void layOutZeros(BlockEngine engine) {
    assertEquals(EngineStatus.OK, engine.createTarget(1, 1 << 30));
    long zeros = Memory.allocate(CHUNK_BYTES);
    ChunkUpdate update = new ChunkUpdate();
    update.targetId = 1;
    update.chunkLo = 1;
    update.kind = ChunkUpdate.WRITE;
    update.version = 1;
    update.capacityBytes = CHUNK_BYTES;
    update.lengthBytes = CHUNK_BYTES;
    update.dataAddress = zeros;
    update.dataCrc32c = new Crc32c().of(zeros, CHUNK_BYTES);
    assertEquals(EngineStatus.OK, engine.prepare(update, 1));
    while (prepared == 0) {
      engine.doWork();
    }
    assertEquals(EngineStatus.OK, engine.commit(1, 0, 1, 1, 1));
    Memory.free(zeros, CHUNK_BYTES);
  }

  private void read(BlockEngine engine, BlockDevice device, long memory) {
    ended = 0;
    int begun = 0;
    while (ended < READS) {
      while (begun < READS && begun - ended < DEPTH) {
        int offset = begun * 37 % (CHUNK_BYTES / BLOCK) * BLOCK;
        long address = memory + (long) (begun % DEPTH) * BLOCK;
        int status = engine.read(1, 0, 1, ChunkEngine.COMMITTED, offset, BLOCK, address, begun);
        if (status != EngineStatus.OK) {
          throw new AssertionError(EngineStatus.name(status));
        }
        begun++;
      }
      device.await(1_000_000);
      engine.doWork();
    }
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    assertEquals(EngineStatus.OK, status);
    prepared++;
  }

  @Override
  public void onRead(long tag, int status, long version) {
    ended++;
    failed += status == BLOCK ? 0 : 1;
  }

  @Override
  public void onSynced(long tag, int status) {
    throw new AssertionError("nothing was synced");
  }
}
