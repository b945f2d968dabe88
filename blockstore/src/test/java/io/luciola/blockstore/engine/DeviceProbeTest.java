package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.fault.DeviceFault;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import io.luciola.blockstore.fault.FailingDevice;
import io.luciola.blockstore.fault.ImageDevice;
import io.luciola.blockstore.linux.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Which faults end an engine, and which are the chunk's alone. */
class DeviceProbeTest {

  private static final int CAPACITY_BYTES = 64 << 10;
  private static final long SECOND_NS = 1_000_000_000;

  private final FailingDevice device =
      new FailingDevice(new ImageDevice(new DeviceImage(32 << 20), 4096, true));
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private long nowNs;
  private EngineFixture fixture;

  @BeforeEach
  void open() {
    EngineOptions options =
        EngineOptions.defaults("test").withScrubBytesPerSecond(0).withNanoTime(() -> nowNs++);
    fixture = new EngineFixture(device, options).withTarget(1 << 30);
    fixture.write(1, 1, CAPACITY_BYTES, 0, new byte[CAPACITY_BYTES]);
    fixture.write(2, 1, CAPACITY_BYTES, 0, new byte[CAPACITY_BYTES]);
    assertEquals(EngineStatus.OK, fixture.sync());
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void close() {
    fixture.close();
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(BlockEngine.class);
  }

  private void failReadsOf(long chunk) {
    ChunkStates states = fixture.engine.states();
    long extent = states.index.extent(states.find(EngineFixture.TARGET, 0, chunk));
    long at = states.layout.blockOffset(extent);
    device.with(DeviceFault.of(Errno.EIO, Kind.READ).in(at, at + CAPACITY_BYTES));
  }

  private void failReadsOfSuperblock(int copy) {
    long at = Superblock.offset(copy);
    device.with(DeviceFault.of(Errno.EIO, Kind.READ).in(at, at + Superblock.BYTES));
  }

  private void settle() {
    for (int i = 0; i < 10; i++) {
      fixture.engine.doWork();
    }
  }

  @Test
  void aBadBlockIsNotTheDevicesEnd() {
    failReadsOf(1);
    for (int i = 0; i < 100; i++) {
      assertEquals(EngineStatus.DEVICE_ERROR, fixture.read(1, 0, 0, 4096));
      settle();
    }
    assertNull(fixture.engine.failure());
    assertEquals(4096, fixture.read(2, 0, 0, 4096));
    fixture.write(2, 2, CAPACITY_BYTES, 0, new byte[4096]);
    assertEquals(100, log.list.size(), "each is told, since the device works in between");
  }

  @Test
  void oneUnreadableSuperblockMoreIsNotEither() {
    failReadsOf(1);
    failReadsOfSuperblock(0);
    assertEquals(EngineStatus.DEVICE_ERROR, fixture.read(1, 0, 0, 4096));
    settle();
    assertNull(fixture.engine.failure());

    failReadsOfSuperblock(1);
    assertEquals(EngineStatus.DEVICE_ERROR, fixture.read(1, 0, 0, 4096));
    settle();
    assertNotNull(fixture.engine.failure());
  }

  @Test
  void aDeviceThatIsGoneIsNoticedWithTheFirstReadAndToldOnce() {
    device.disappear();
    for (int i = 0; i < 100; i++) {
      assertEquals(EngineStatus.DEVICE_ERROR, fixture.read(1, 0, 0, 4096));
    }
    String failure = fixture.engine.failure();
    assertNotNull(failure);
    assertTrue(failure.contains("EIO"), failure);
    assertTrue(log.list.size() <= 3, log.list::toString);
    String told = log.list.getLast().getFormattedMessage();
    assertTrue(told.contains("image") && told.contains("takes no more updates"), told);
  }

  @Test
  void whatADeviceThatIsGoneHadInFlightIsNotToldOneByOne() {
    for (int i = 0; i < 50; i++) {
      assertEquals(
          EngineStatus.OK,
          fixture.engine.read(EngineFixture.TARGET, 0, 1, 0, 0, 4096, fixture.buffer, i));
    }
    device.disappear();
    settle();
    assertNotNull(fixture.engine.failure());
    assertTrue(log.list.size() <= 11, log.list.size() + " lines");
  }

  @Test
  void anIdleDeviceThatIsGoneIsNoticedWithinSeconds() {
    settle();
    device.disappear();
    settle();
    assertNull(fixture.engine.failure());
    nowNs += 6 * SECOND_NS;
    settle();
    assertNotNull(fixture.engine.failure());
  }
}
