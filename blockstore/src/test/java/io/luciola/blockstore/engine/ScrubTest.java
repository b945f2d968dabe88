package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.device.MemoryDevice;
import io.luciola.blockstore.engine.check.CheckProgress;
import io.luciola.blockstore.engine.check.DeviceCheck;
import io.luciola.blockstore.engine.format.ChecksumPage;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.HoldingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What nobody reads is read and verified all the same. */
class ScrubTest {

  private static final int BLOCK = 4096;
  private static final int MIB = 1 << 20;

  private final Random random = new Random(99);
  private final List<Long> reported = new ArrayList<>();
  private long timeNs;

  private EngineOptions options(long bytesPerSecond) {
    return EngineOptions.defaults("scrub")
        .withScrubBytesPerSecond(bytesPerSecond)
        .withNanoTime(() -> timeNs += 100_000);
  }

  /** Listens to corruption as well. */
  private BlockEngine open(DeviceImage image, long bytesPerSecond) {
    return BlockEngine.open(
        new ImageDevice(image, BLOCK, true),
        options(bytesPerSecond),
        new ChunkEngine.Listener() {
          @Override
          public void onPrepared(long tag, int status, long digest, int lengthBytes) {
            throw new AssertionError("nobody prepared anything");
          }

          @Override
          public void onRead(long tag, int status, long version) {
            throw new AssertionError("nobody read anything");
          }

          @Override
          public void onSynced(long tag, int status) {
            throw new AssertionError("nobody asked for a sync");
          }

          @Override
          public void onCorrupt(
              long targetId, long chunkHi, long chunkLo, int offsetBytes, long deviceOffset) {
            reported.add(deviceOffset);
          }
        });
  }

  private static void pass(BlockEngine engine) {
    long passes = engine.scrubStatus().passes();
    for (int i = 0; engine.scrubStatus().passes() == passes; i++) {
      assertTrue(i < 10_000_000, "a pass does not end: " + engine.scrubStatus());
      engine.doWork();
    }
  }

  @Test
  void aPassOverWhatIsWellFindsNothingAndReadsEverything() {
    UsedDevice used = new UsedDevice(21);
    try (BlockEngine engine = open(used.killed().copy(), 1L << 30)) {
      pass(engine);
      ScrubStatus status = engine.scrubStatus();
      assertEquals(0, status.badBlocks());
      assertEquals(0, status.badMetadata());
      assertTrue(status.lastPassBytes() > BLOCK * (long) used.liveInClosed().size() / 2);
      assertTrue(status.lastPassNs() > 0);
    }
    assertEquals(List.of(), reported);
  }

  @Test
  void theRateMayChangeWhileTheEngineWorks() {
    UsedDevice used = new UsedDevice(21);
    try (BlockEngine engine = open(used.killed().copy(), 0)) {
      for (int i = 0; i < 1_000; i++) {
        engine.doWork();
      }
      assertEquals(0, engine.scrubStatus().passBytes());
      engine.setScrubRate(1L << 30);
      while (engine.scrubStatus().passBytes() < 10 * BLOCK) {
        engine.doWork();
      }
      engine.setScrubRate(0);
      engine.doWork();
      long read = engine.scrubStatus().passBytes();
      for (int i = 0; i < 1_000; i++) {
        engine.doWork();
      }
      assertEquals(read, engine.scrubStatus().passBytes());
      assertEquals(0, engine.scrubStatus().passes());
      engine.setScrubRate(1L << 30);
      pass(engine);
    }
  }

  @Test
  void everyDamagedBlockOfAChunkIsReported() {
    UsedDevice used = new UsedDevice(22);
    DeviceImage image = used.closed().copy();
    try (BlockEngine engine = open(image, 1L << 30)) {
      NavigableMap<Long, String> live = LiveBlocks.of(engine, image);
      List<Long> damaged = new ArrayList<>();
      for (Map.Entry<Long, String> block : live.entrySet()) {
        boolean content = List.of("committed", "pending", "appended").contains(block.getValue());
        if (content && random.nextInt(5) == 0) {
          image.flipBit(block.getKey() + random.nextInt(BLOCK), random.nextInt(8));
          damaged.add(block.getKey());
        }
      }
      assertTrue(damaged.size() > 20, "too little to damage: " + damaged.size());
      pass(engine);
      assertEquals(damaged, reported.stream().sorted().toList());
      assertEquals(damaged.size(), engine.scrubStatus().badBlocks());
      assertEquals(0, engine.scrubStatus().badMetadata());
    }
  }

  @Test
  void damagedMetadataIsWrittenAnewFromMemory() {
    UsedDevice used = new UsedDevice(23);
    DeviceImage image = used.closed().copy();
    BlockEngine engine = open(image, 1L << 30);
    List<Long> damaged = new ArrayList<>(List.of(Superblock.offset(1)));
    ChunkStates states = engine.states();
    for (int page = 0; page < states.layout.tablePages() + states.layout.directoryPages(); page++) {
      int copy = states.pages.copy(page);
      if (copy != DirectoryPage.NEVER_WRITTEN) {
        damaged.add(states.layout.pageOffset(page, DirectoryPage.area(copy)));
      }
    }
    damaged.forEach(offset -> image.flipBit(offset + random.nextInt(BLOCK), 3));
    pass(engine);
    assertEquals(damaged.size(), engine.scrubStatus().badMetadata());
    engine.close();
    var report = DeviceCheck.run(new ImageDevice(image, BLOCK, true), true, CheckProgress.SILENT);
    assertTrue(report.isClean(), () -> report.findings().toString());
    assertEquals(List.of(), reported);
  }

  @Test
  void updatesMeanwhileAreNoDamage() {
    DeviceImage image = new DeviceImage(32 * MIB);
    EngineOptions options =
        EngineOptions.defaults("scrub")
            .withScrubBytesPerSecond(Long.MAX_VALUE)
            .withNanoTime(() -> timeNs += Scrubber.PASS_INTERVAL_NS / 1000);
    byte[] content = new byte[300_000];
    try (EngineFixture fixture =
        new EngineFixture(new ImageDevice(image, BLOCK, true), options).withTarget(1 << 30)) {
      for (int chunk = 0; chunk < 8; chunk++) {
        fixture.write(chunk, 1, 512 << 10, 0, content);
      }
      for (int version = 2; version < 400; version++) {
        int offset = random.nextInt(200_000);
        byte[] data = new byte[1 + random.nextInt(version % 5 == 0 ? 100_000 : 9000)];
        random.nextBytes(data);
        for (int chunk = 0; chunk < 8; chunk++) {
          fixture.write(chunk, version, 512 << 10, offset, data);
        }
        System.arraycopy(data, 0, content, offset, data.length);
      }
      ScrubStatus status = fixture.engine.scrubStatus();
      assertTrue(status.passes() > 3, status::toString);
      assertEquals(0, status.badBlocks(), status::toString);
      assertEquals(0, status.badMetadata(), status::toString);
      assertEquals(content.length, fixture.read(3, ChunkEngine.COMMITTED, 0, 512 << 10));
      assertArrayEquals(content, fixture.bytes(content.length));
    }
  }

  @Test
  void checksumsThatAreNotInMemoryAreReadAndLostOnesMatchNothing() {
    DeviceImage image = new DeviceImage(512L * MIB);
    EngineOptions options = options(1L << 40).withMemory(MIB, 0, 4096);
    byte[] data = new byte[BLOCK];
    random.nextBytes(data);
    try (EngineFixture fixture =
        new EngineFixture(new ImageDevice(image, BLOCK, true), options).withTarget(1 << 30)) {
      for (int chunk = 0; chunk < 100; chunk++) {
        fixture.write(chunk, 1, 4 * MIB, 0, data);
      }
    }
    try (EngineFixture fixture = new EngineFixture(new ImageDevice(image, BLOCK, true), options)) {
      BlockEngine engine = fixture.engine;
      ChunkStates states = engine.states();
      pass(engine);
      assertEquals(0, engine.scrubStatus().badBlocks());
      int slot = states.find(EngineFixture.TARGET, 0, 99);
      int page = (int) (states.index.extent(slot) / ChecksumPage.PER_PAGE);
      assertTrue(states.checksumCache.isBounded());
      for (int i = 0; states.checksumCache.isInMemory(page); i++) {
        assertTrue(i < 100, "page " + page + " stays in memory");
        assertEquals(BLOCK, fixture.read(i % 90, ChunkEngine.COMMITTED, 0, BLOCK));
      }
      int number = states.layout.firstChecksumPage() + page;
      int area = DirectoryPage.area(states.pages.copy(number));
      image.flipBit(states.layout.pageOffset(number, area) + 2000, 1);
      timeNs += Scrubber.PASS_INTERVAL_NS;
      pass(engine);
      assertEquals(1, engine.scrubStatus().badMetadata());
      assertEquals(1, engine.scrubStatus().badBlocks());
      assertEquals(EngineStatus.CHUNK_CORRUPT, fixture.read(99, ChunkEngine.COMMITTED, 0, BLOCK));
      assertEquals(BLOCK, fixture.read(98, ChunkEngine.COMMITTED, 0, BLOCK));
    }
  }

  @Test
  void itReadsNotFasterThanItMay() {
    UsedDevice used = new UsedDevice(24);
    try (BlockEngine engine = open(used.closed().copy(), MIB)) {
      long begin = timeNs;
      pass(engine);
      ScrubStatus status = engine.scrubStatus();
      double seconds = (timeNs - begin) / 1e9;
      assertTrue(status.lastPassBytes() / seconds < 1.1 * MIB, status + " in " + seconds + " s");
      assertTrue(status.lastPassBytes() / seconds > 0.5 * MIB, status + " in " + seconds + " s");
    }
  }

  @Test
  void whatOthersReadSlowsItToAnEighth() {
    ScrubPace pace = new ScrubPace(MIB);
    long idle = readsIn(pace, false);
    long busy = readsIn(new ScrubPace(MIB), true);
    assertTrue(idle >= 38 && idle <= 42, idle + " reads in 10 s");
    assertTrue(busy >= 4 && busy <= 6, busy + " reads in 10 s");
  }

  /** Between two of them nothing is in flight. */
  @Test
  void othersThatReadOneBlockAtATimeSlowItToo() {
    UsedDevice used = new UsedDevice(26);
    try (EngineFixture idle = scrubbing(used);
        EngineFixture busy = scrubbing(used)) {
      long begin = timeNs;
      while (timeNs - begin < 4_000_000_000L) {
        idle.engine.doWork();
      }
      begin = timeNs;
      long chunk = firstChunk(busy);
      while (timeNs - begin < 4_000_000_000L) {
        busy.read(chunk, ChunkEngine.COMMITTED, 0, 1);
      }
      long idleBytes = idle.engine.scrubStatus().passBytes();
      long busyBytes = busy.engine.scrubStatus().passBytes();
      assertTrue(busyBytes > 0 && busyBytes < idleBytes / 2, busyBytes + " of " + idleBytes);
    }
  }

  private EngineFixture scrubbing(UsedDevice used) {
    return new EngineFixture(new ImageDevice(used.closed().copy(), BLOCK, true), options(MIB / 4));
  }

  private static long firstChunk(EngineFixture fixture) {
    List<Long> chunks = new ArrayList<>();
    fixture.engine.forEachChunk(UsedDevice.TARGET, stat -> chunks.add(stat.chunkLo));
    return chunks.getFirst();
  }

  private static long readsIn(ScrubPace pace, boolean busy) {
    long reads = 0;
    for (long now = 0; now < 10_000_000_000L; now += 1_000_000) {
      if (pace.mayRead(now, busy)) {
        pace.charge(now, 256 << 10);
        reads++;
      }
    }
    return reads;
  }

  @Test
  void aTargetThatIsBeingRemovedIsPassedBy() {
    DeviceImage image = new DeviceImage(32 * MIB);
    HoldingDevice holding = new HoldingDevice(new ImageDevice(image, BLOCK, true));
    try (EngineFixture fixture = new EngineFixture(holding, options(0)).withTarget(1 << 30)) {
      BlockEngine engine = fixture.engine;
      fixture.write(1, 1, 64 << 10, 0, new byte[BLOCK]);
      LiveBlocks.of(engine, image).entrySet().stream()
          .filter(block -> block.getValue().equals("committed"))
          .forEach(block -> image.flipBit(block.getKey(), 0));
      holding.hold(engine.states().layout.dataOffset(), Long.MAX_VALUE);
      ChunkUpdate append = fixture.update;
      append.version = 2;
      append.offsetBytes = BLOCK;
      assertEquals(EngineStatus.OK, engine.prepare(append, 1));
      assertEquals(EngineStatus.OK, engine.removeTarget(EngineFixture.TARGET));
      engine.setScrubRate(1L << 30);
      pass(engine);
      int waiting = engine.removedTargetIds().length;
      holding.release();
      assertEquals(1, waiting, "the update that is held keeps it");
      assertEquals(0, engine.scrubStatus().badBlocks());
    }
  }

  @Test
  void itIsOffWhenItMayReadNothing() {
    UsedDevice used = new UsedDevice(25);
    try (BlockEngine engine = open(used.closed().copy(), 0)) {
      for (int i = 0; i < 10_000; i++) {
        engine.doWork();
      }
      assertEquals(0, engine.scrubStatus().passBytes());
    }
  }

  @Test
  void aPassAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    MemoryDevice device = new MemoryDevice(64 * MIB);
    EngineOptions options =
        EngineOptions.defaults("scrub")
            .withScrubBytesPerSecond(Long.MAX_VALUE)
            .withNanoTime(() -> timeNs += Scrubber.PASS_INTERVAL_NS / 100);
    try (EngineFixture fixture = new EngineFixture(device, options).withTarget(1 << 30)) {
      for (int chunk = 0; chunk < 32; chunk++) {
        fixture.write(chunk, 1, 256 << 10, 0, new byte[200_000]);
      }
      long thread = Thread.currentThread().threadId();
      long least = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 20_000; i++) {
          fixture.engine.doWork();
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
      }
      assertNotEquals(0, fixture.engine.scrubStatus().passes());
      assertEquals(0, least, "bytes in the best of the measured rounds");
    }
  }
}
