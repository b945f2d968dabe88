package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.fault.DeviceFault;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import io.luciola.blockstore.fault.FailingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.linux.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockEngineTest {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private final Random random = new Random(4711);

  private byte[] randomBytes(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private static EngineFixture fresh() {
    return new EngineFixture(new MemoryDevice(32 * MIB)).withTarget(1 << 30);
  }

  @Test
  void anUpdateIsVisibleWhenCommittedAndTheOldVersionUntilThen() {
    try (EngineFixture fixture = fresh()) {
      byte[] old = randomBytes(10_000);
      fixture.write(1, 1, 64 * KIB, 0, old);
      byte[] patch = randomBytes(5000);
      assertEquals(
          EngineStatus.OK, fixture.prepare(ChunkUpdate.WRITE, 1, 2, 64 * KIB, 3000, patch));

      assertEquals(10_000, fixture.read(1, ChunkEngine.COMMITTED, 0, 64 * KIB));
      assertArrayEquals(old, fixture.bytes(10_000));
      byte[] expected = old.clone();
      System.arraycopy(patch, 0, expected, 3000, 5000);
      assertEquals(10_000, fixture.read(1, 2, 0, 64 * KIB));
      assertArrayEquals(expected, fixture.bytes(10_000));
      assertEquals(EngineStatus.VERSION_MISMATCH, fixture.read(1, 3, 0, 1));

      assertEquals(EngineStatus.OK, fixture.commit(1, 2));
      assertEquals(10_000, fixture.read(1, ChunkEngine.COMMITTED, 0, 64 * KIB));
      assertArrayEquals(expected, fixture.bytes(10_000));
    }
  }

  @Test
  void refusalsAreNamedAndChangeNothing() {
    try (EngineFixture fixture = fresh()) {
      byte[] data = randomBytes(4096);
      assertEquals(
          EngineStatus.BAD_ARGUMENT, fixture.prepare(ChunkUpdate.WRITE, 1, 1, 5000, 0, data));
      assertEquals(
          EngineStatus.BAD_ARGUMENT, fixture.prepare(ChunkUpdate.WRITE, 1, 1, 4096, 1, data));
      assertEquals(
          EngineStatus.VERSION_MISMATCH, fixture.prepare(ChunkUpdate.WRITE, 1, 2, 4096, 0, data));
      assertEquals(
          EngineStatus.NO_SUCH_CHUNK,
          fixture.prepare(ChunkUpdate.REMOVE, 1, 1, 4096, 0, new byte[0]));
      assertEquals(EngineStatus.NO_SUCH_CHUNK, fixture.read(1, 0, 0, 1));
      assertEquals(0, fixture.engine.usedBytes(EngineFixture.TARGET));
      assertEquals(-1, fixture.engine.usedBytes(99));

      assertEquals(EngineStatus.OK, fixture.prepare(ChunkUpdate.WRITE, 1, 1, 4096, 0, data));
      assertEquals(
          EngineStatus.UPDATE_PENDING, fixture.prepare(ChunkUpdate.WRITE, 1, 1, 4096, 0, data));
      assertEquals(EngineStatus.VERSION_MISMATCH, fixture.commit(1, 2));
      fixture.update.version = 1;
      fixture.update.chunkLo = 2;
      fixture.update.dataCrc32c ^= 1;
      assertEquals(EngineStatus.PAYLOAD_CORRUPT, fixture.engine.prepare(fixture.update, 5));
      assertEquals(4096, fixture.engine.usedBytes(EngineFixture.TARGET));
    }
  }

  @Test
  void equalContentHasEqualDigestsHoweverItCameAbout() {
    try (EngineFixture fixture = fresh()) {
      byte[] data = randomBytes(20_000);
      fixture.write(1, 1, 64 * KIB, 0, data);
      for (int offset = 0, version = 1; offset < data.length; offset += 2500, version++) {
        fixture.write(
            2, version, 64 * KIB, offset, Arrays.copyOfRange(data, offset, offset + 2500));
      }
      ChunkStat one = new ChunkStat();
      ChunkStat other = new ChunkStat();
      fixture.engine.stat(EngineFixture.TARGET, 0, 1, one);
      fixture.engine.stat(EngineFixture.TARGET, 0, 2, other);
      assertEquals(one.committedDigest, other.committedDigest);
      fixture.write(2, 9, 64 * KIB, 0, new byte[] {(byte) (data[0] + 1)});
      fixture.engine.stat(EngineFixture.TARGET, 0, 2, other);
      assertNotEquals(one.committedDigest, other.committedDigest);
    }
  }

  @Test
  void chunksAreVisitedInUnsignedIdOrder() {
    try (EngineFixture fixture = fresh()) {
      for (long chunk : new long[] {5, -1, 0, Long.MIN_VALUE, 3}) {
        fixture.write(chunk, 1, 4096, 0, randomBytes(10));
      }
      List<Long> seen = new ArrayList<>();
      fixture.engine.forEachChunk(EngineFixture.TARGET, stat -> seen.add(stat.chunkLo));
      assertEquals(List.of(0L, 3L, 5L, Long.MIN_VALUE, -1L), seen);
    }
  }

  @Test
  void aFullDeviceRefusesWritesAndStillRemoves() {
    try (EngineFixture fixture = fresh()) {
      long chunk = 0;
      int status;
      while ((status = fixture.prepare(ChunkUpdate.WRITE, chunk, 1, MIB, 0, randomBytes(9000)))
          == EngineStatus.OK) {
        assertEquals(EngineStatus.OK, fixture.commit(chunk++, 1));
      }
      assertEquals(EngineStatus.NO_SPACE, status);
      assertTrue(chunk > 5, "only " + chunk + " chunks fit");
      for (long gone = 0; gone < chunk; gone++) {
        fixture.remove(gone, 2);
      }
      assertEquals(0, fixture.engine.usedBytes(EngineFixture.TARGET));
      fixture.write(77, 1, MIB, 0, randomBytes(MIB));
      SpaceCheck.check(fixture.engine);
    }
  }

  @Test
  void aUsedUpBudgetRefusesNewChunksAndStillRemoves() {
    try (EngineFixture fixture =
        new EngineFixture(new MemoryDevice(32 * MIB)).withTarget(128 * KIB)) {
      fixture.write(1, 1, 64 * KIB, 0, randomBytes(100));
      fixture.write(2, 1, 64 * KIB, 0, randomBytes(100));
      assertEquals(
          EngineStatus.BUDGET_EXCEEDED,
          fixture.prepare(ChunkUpdate.WRITE, 3, 1, 4096, 0, randomBytes(1)));
      fixture.remove(1, 2);
      fixture.write(3, 1, 4096, 0, randomBytes(1));
      assertEquals(EngineStatus.OK, fixture.engine.createTarget(EngineFixture.TARGET, MIB));
      fixture.write(4, 1, 64 * KIB, 0, randomBytes(1));
    }
  }

  @Test
  void churnLosesNoSpace() {
    try (EngineFixture fixture = fresh()) {
      long free = fixture.engine.freeBytes();
      long[] versions = new long[40];
      for (int i = 0; i < 3000; i++) {
        int chunk = random.nextInt(versions.length);
        int capacity = 4096 << (chunk % 6);
        if (versions[chunk] > 0 && random.nextInt(4) == 0) {
          fixture.remove(chunk, versions[chunk] + 1);
          versions[chunk] = 0;
        } else {
          byte[] data = randomBytes(1 + random.nextInt(capacity));
          fixture.write(chunk, ++versions[chunk], capacity, 0, data);
        }
      }
      SpaceCheck.check(fixture.engine);
      for (int chunk = 0; chunk < versions.length; chunk++) {
        if (versions[chunk] > 0) {
          fixture.remove(chunk, versions[chunk] + 1);
        }
      }
      assertEquals(EngineStatus.OK, fixture.sync());
      fixture.engine.doWork();
      assertEquals(free, fixture.engine.freeBytes());
      assertEquals(free / 4096, fixture.engine.states().allocator.freeBlocks());
    }
  }

  @Test
  void aFlippedBitIsNeverReturnedAsData() {
    DeviceImage image = new DeviceImage(32 * MIB);
    try (EngineFixture fixture = new EngineFixture(device(image)).withTarget(1 << 30)) {
      byte[] data = randomBytes(64 * KIB);
      fixture.write(1, 1, 64 * KIB, 0, data);
      ChunkStates states = fixture.engine.states();
      long extent = states.index.extent(states.find(EngineFixture.TARGET, 0, 1));
      for (int i = 0; i < 50; i++) {
        int bad = random.nextInt(64 * KIB);
        long at = states.layout.blockOffset(extent) + bad;
        image.flipBit(at, random.nextInt(8));
        assertEquals(EngineStatus.CHUNK_CORRUPT, fixture.read(1, 0, 0, 64 * KIB));
        assertEquals(EngineStatus.CHUNK_CORRUPT, fixture.read(1, 0, bad, 1));
        // An update that needs the bad block's old bytes must not launder them.
        int block = bad / 4096;
        assertEquals(
            EngineStatus.CHUNK_CORRUPT,
            fixture.prepare(ChunkUpdate.WRITE, 1, 2, 64 * KIB, block * 4096 + 1, randomBytes(10)));
        int other = block == 0 ? 4096 : 0;
        assertEquals(4096, fixture.read(1, 0, other, 4096));
        assertArrayEquals(Arrays.copyOfRange(data, other, other + 4096), fixture.bytes(4096));
        image.write(at - bad + block * 4096L, data, block * 4096, 4096);
      }
      assertEquals(64 * KIB, fixture.read(1, 0, 0, 64 * KIB));
    }
  }

  @Test
  void aFailingDeviceEndsUpdatesAndReadsGoOn() {
    DeviceImage image = new DeviceImage(32 * MIB);
    FailingDevice device = new FailingDevice(device(image));
    try (EngineFixture fixture = new EngineFixture(device).withTarget(1 << 30)) {
      byte[] data = randomBytes(4096);
      fixture.write(1, 1, 64 * KIB, 0, data);
      assertEquals(EngineStatus.OK, fixture.sync());
      device.with(DeviceFault.of(Errno.EIO, Kind.WRITE));
      assertEquals(
          EngineStatus.DEVICE_ERROR,
          fixture.prepare(ChunkUpdate.WRITE, 1, 2, 64 * KIB, 4096, data));
      assertFalse(fixture.engine.isFailed());
      assertEquals(
          EngineStatus.DEVICE_ERROR, fixture.prepare(ChunkUpdate.WRITE, 1, 2, 64 * KIB, 0, data));
      assertTrue(fixture.engine.isFailed());
      assertEquals(
          EngineStatus.ENGINE_CLOSED, fixture.prepare(ChunkUpdate.WRITE, 1, 2, 64 * KIB, 0, data));
      assertEquals(4096, fixture.read(1, 0, 0, 4096));
      assertArrayEquals(data, fixture.bytes(4096));
    }
    try (EngineFixture fixture = new EngineFixture(device(image))) {
      assertEquals(4096, fixture.read(1, 0, 0, 64 * KIB));
    }
  }

  @Test
  void unusableDevicesAreRefusedWithTheReason() {
    DeviceImage image = new DeviceImage(32 * MIB);
    assertEquals(Reason.NOT_FORMATTED, reasonOfOpen(image));
    assertFalse(BlockEngine.isFormatted(device(image)));
    new EngineFixture(device(image)).withTarget(1).close();
    assertTrue(BlockEngine.isFormatted(device(image)));

    DeviceImage oneDamaged = image.copy();
    oneDamaged.flipBit(100, 0);
    new EngineFixture(device(oneDamaged)).close();

    DeviceImage bothDamaged = image.copy();
    bothDamaged.flipBit(100, 0);
    bothDamaged.flipBit(32 * KIB + 100, 0);
    assertEquals(Reason.SUPERBLOCKS_DAMAGED, reasonOfOpen(bothDamaged));

    BlockDevice tooSmall = device(new DeviceImage(MIB));
    UnusableDeviceException refusal =
        assertThrows(
            UnusableDeviceException.class,
            () -> BlockEngine.format(tooSmall, EngineFixture.FORMAT));
    assertEquals(Reason.UNSUPPORTED_GEOMETRY, refusal.reason());
  }

  @Test
  void oneDamagedBlockOfARecordLosesNothingAndTwoAreNotTakenForTheJournalsEnd() {
    DeviceImage image = new DeviceImage(32 * MIB);
    byte[] last = randomBytes(4096);
    try (EngineFixture fixture = new EngineFixture(device(image)).withTarget(1 << 30)) {
      for (int version = 1; version < 5; version++) {
        fixture.write(1, version, 64 * KIB, 0, version == 4 ? last : randomBytes(4096));
      }
      assertEquals(EngineStatus.OK, fixture.sync());
      // The third record: behind those of the target (2 blocks) and of version 1 (2 blocks).
      int record = 64 * KIB + 4 * 4096;
      DeviceImage damaged = image.copy();
      damaged.flipBit(record + 70, 0);
      try (EngineFixture recovered = new EngineFixture(device(damaged))) {
        assertEquals(4096, recovered.read(1, ChunkEngine.COMMITTED, 0, 4096));
        assertArrayEquals(last, recovered.bytes(4096));
      }
      damaged = image.copy();
      damaged.flipBit(record + 70, 0);
      damaged.flipBit(record + 2 * 4096 + 70, 0);
      assertEquals(Reason.METADATA_DAMAGED, reasonOfOpen(damaged));
    }
  }

  private static BlockDevice device(DeviceImage image) {
    return new ImageDevice(image, 4096, true);
  }

  private static void open(BlockDevice device) {
    BlockEngine.open(device, EngineOptions.defaults("test"), new NobodyListens()).close();
  }

  /** For an engine that is never asked anything. */
  private static final class NobodyListens implements ChunkEngine.Listener {
    @Override
    public void onPrepared(long tag, int status, long digest, int lengthBytes) {
      throw new AssertionError("nobody asked");
    }

    @Override
    public void onRead(long tag, int status, long version) {
      throw new AssertionError("nobody asked");
    }

    @Override
    public void onSynced(long tag, int status) {
      throw new AssertionError("nobody asked");
    }
  }

  private static Reason reasonOfOpen(DeviceImage image) {
    UnusableDeviceException refusal =
        assertThrows(UnusableDeviceException.class, () -> open(device(image)));
    assertTrue(refusal.getMessage().contains("image"), refusal.getMessage());
    return refusal.reason();
  }
}
