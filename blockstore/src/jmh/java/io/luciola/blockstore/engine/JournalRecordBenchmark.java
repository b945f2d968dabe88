package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A record of the journal from empty to sealed: entries, data, second copy, checksums over both
 * copies of the entries. It holds overwrites of 4 KiB, each with its block: one alone, or what
 * gathers at depth 32. The blocks are in the cache, as they are when they have just been merged.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class JournalRecordBenchmark {

  private static final long DEVICE_BYTES = 1L << 30;

  @Param({"1", "32"})
  int blocks;

  private final Crc32c crc = new Crc32c();
  private Superblock superblock;
  private ChunkStates states;
  private PendingUpdate[] updates;
  private RecordBuilder record;
  private long sequence;

  @Setup
  public void prepare() {
    DeviceLayout layout = DeviceLayout.plan(DEVICE_BYTES, 0, 0, 0);
    superblock = Superblock.first(new UUID(1, 2), layout);
    states =
        new ChunkStates(
            superblock, EngineOptions.defaults("benchmark"), crc, new Damages("benchmark"));
    record = new RecordBuilder(states, crc);
    updates = new PendingUpdate[blocks];
    for (int i = 0; i < blocks; i++) {
      updates[i] = overwrite(i);
    }
  }

  @TearDown
  public void close() {
    record.close();
    states.close();
  }

  @Benchmark
  public int encode() {
    record.clear();
    for (PendingUpdate update : updates) {
      record.addPrepared(update, 0);
    }
    return record.seal(
        MetadataHeader.JOURNAL_RECORD, superblock.owner(), superblock.epoch(), ++sequence);
  }

  /** The same with the checksum of each block, which the engine computes before. */
  @Benchmark
  public int checksumBlocksAndEncode() {
    for (PendingUpdate update : updates) {
      checksum(update.journaledSlot[0]);
    }
    return encode();
  }

  private PendingUpdate overwrite(int chunk) {
    PendingUpdate update = states.pendings.acquire();
    update.chunkLo = chunk;
    update.kind = ChunkUpdate.WRITE;
    update.version = 2;
    update.chainVersion = 1;
    update.lengthBytes = ChunkEngine.BLOCK_BYTES;
    update.extent = chunk;
    update.journaledCount = 1;
    int slot = states.journaled.acquire();
    update.journaledSlot[0] = slot;
    Memory.fill(states.journaled.address(slot), ChunkEngine.BLOCK_BYTES, (byte) 0x5A);
    checksum(slot);
    return update;
  }

  private void checksum(int slot) {
    int checksum = crc.of(states.journaled.address(slot), ChunkEngine.BLOCK_BYTES);
    states.journaled.setChecksum(slot, checksum);
  }
}
