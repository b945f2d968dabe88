package io.luciola.blockstore.device.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceHarness;
import io.luciola.blockstore.linux.Errno;
import io.luciola.spdk.NvmeQueuePair;
import io.luciola.spdk.NvmeStatus;
import io.luciola.spdk.StandInDrive;
import io.luciola.spdk.StandInDrive.Opcode;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Drives that fail requests, are slow, lose their connection, or are taken out. */
class SpdkFailureTest {

  private static final int UNIT = 4096;
  private static final long SECOND_NS = 1_000_000_000;
  private static final int QUEUE_DEPTH = 8;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final StandInDevices devices = StandInDevices.remote(512, 2 << 20);
  private final StandInDrive drive = devices.drive();
  private DeviceHarness harness;
  private BlockDevice device;
  private long memory;
  private long nowNs;

  @BeforeEach
  void open() {
    log.start();
    // Other tests of this process may have made it quieter.
    logger().setLevel(Level.INFO);
    logger().addAppender(log);
    drive.setVolatileWriteCache(true);
    harness = new DeviceHarness(devices.open(QUEUE_DEPTH, () -> nowNs));
    device = harness.device;
    memory = harness.buffer(64 << 10);
  }

  @AfterEach
  void close() {
    drive.setPollInterval(1);
    harness.close();
    devices.close();
    logger().detachAppender(log);
    logger().setLevel(null);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(SpdkDrive.class);
  }

  @Test
  void aRequestThatFailsEndsWithAnErrnoAndTheDeviceGoesOn() {
    drive.failNext(1, Opcode.WRITE, NvmeStatus.WRITE_FAULT);
    drive.setBadSector(17);

    assertEquals(-Errno.EIO, harness.write(0, memory, UNIT, 0));
    assertEquals(UNIT, harness.write(0, memory, UNIT, 0));
    assertEquals(-Errno.EIO, harness.read(16 * 512, memory, UNIT));
    assertEquals(UNIT, harness.read(0, memory, UNIT));
    drive.failNext(1, Opcode.FLUSH, NvmeStatus.CAPACITY_EXCEEDED);
    assertEquals(-Errno.ENOSPC, harness.flush());
    drive.failNext(1, Opcode.DEALLOCATE, NvmeStatus.INVALID_FIELD);
    assertEquals(-Errno.EINVAL, harness.discard(0, UNIT));
    assertEquals(0, harness.flush());
    assertEquals(0, drive.get("resets"));
  }

  @Test
  void aSubmissionThatTheDriveHasNoRoomForIsRefusedAndNothingIsLost() {
    drive.refuseNext(1, NvmeQueuePair.QUEUE_FULL);

    assertEquals(BlockDevice.QUEUE_FULL, device.read(0, memory, UNIT, 1));
    assertEquals(0, device.inFlight());
    for (int i = 0; i < QUEUE_DEPTH; i++) {
      assertEquals(BlockDevice.ACCEPTED, device.read(0, memory, UNIT, i));
    }
    assertEquals(BlockDevice.QUEUE_FULL, device.read(0, memory, UNIT, 9));
    harness.drain();
    assertEquals(QUEUE_DEPTH, harness.completions());
  }

  @Test
  void aSubmissionThatIsRefusedForGoodEndsWithTheErrno() {
    drive.refuseNext(1, -Errno.EFAULT);

    assertEquals(-Errno.EFAULT, harness.read(0, memory, UNIT));
    assertEquals(UNIT, harness.read(0, memory, UNIT));
  }

  @Test
  void slowCompletionsAreWaitedFor() {
    drive.setPollInterval(500);
    for (int i = 0; i < QUEUE_DEPTH; i++) {
      assertEquals(BlockDevice.ACCEPTED, device.read(0, memory, UNIT, i));
    }

    device.await(Long.MAX_VALUE);

    assertEquals(QUEUE_DEPTH, device.inFlight());
    assertEquals(QUEUE_DEPTH, device.poll(harness, 100), "it had slept until they were there");
  }

  @Test
  void awaitEndsWhenItsTimeIsOver() {
    drive.setPollInterval(Long.MAX_VALUE);
    device.read(0, memory, UNIT, 1);
    long[] polls = {0};
    try (StandInDevices others = StandInDevices.remote(512, 1 << 20)) {
      others.drive().setPollInterval(Long.MAX_VALUE);
      SpdkNvmeDevice other = others.open(4, () -> polls[0]++ * 1000);
      other.read(0, memory, UNIT, 1);
      long before = polls[0];
      other.await(100_000);
      assertTrue(polls[0] - before < 300, polls[0] + " looks at the clock");
      others.drive().setPollInterval(1);
      other.close();
    }
  }

  @Test
  void aLostConnectionFailsWhatIsInFlightAndIsMadeAnew() {
    assertEquals(UNIT, harness.read(0, memory, UNIT));
    for (int i = 0; i < 3; i++) {
      device.read(0, memory, UNIT, i);
    }

    drive.dropConnection();
    harness.drain();

    for (int i = 0; i < 3; i++) {
      assertEquals(-Errno.EIO, harness.resultOf(i));
    }
    awaitService();
    assertEquals(UNIT, harness.write(0, memory, UNIT, 0));
    assertEquals(0, harness.flush());
    assertEquals(1, drive.get("resets"));
    assertEquals(1, drive.get("queue_pairs"));
    assertLogged("has lost its connection");
    assertLogged("was reset and serves again");
  }

  @Test
  void aSubmissionOnALostConnectionIsRefusedUntilItIsMadeAnew() {
    drive.dropConnection();

    assertEquals(BlockDevice.QUEUE_FULL, device.read(0, memory, UNIT, 1));
    awaitService();

    assertEquals(UNIT, harness.read(0, memory, UNIT));
  }

  @Test
  void writesThatAResetCameBeforeTheirFlushMakeOneFlushFail() {
    assertEquals(UNIT, harness.write(0, memory, UNIT, 0));
    drive.dropConnection();
    awaitService();

    assertEquals(-Errno.EIO, harness.flush());
    assertEquals(0, harness.flush());
    assertEquals(UNIT, harness.write(0, memory, UNIT, 0));
    assertEquals(0, harness.flush());
  }

  @Test
  void aResetAfterTheFlushLosesNothing() {
    assertEquals(UNIT, harness.write(0, memory, UNIT, 0));
    assertEquals(0, harness.flush());
    assertEquals(UNIT, harness.write(0, memory, UNIT, BlockDevice.FUA));
    drive.dropConnection();
    awaitService();

    assertEquals(0, harness.flush());
  }

  @Test
  void aFlushCoversOnlyTheWritesThatHadEndedBeforeIt() {
    drive.setPollInterval(Long.MAX_VALUE);
    device.write(0, memory, UNIT, 0, 1);
    device.flush(2);
    device.poll(harness, 10);
    drive.setPollInterval(1);
    harness.drain();
    assertEquals(0, harness.resultOf(2));
    drive.dropConnection();
    awaitService();

    assertEquals(-Errno.EIO, harness.flush());
  }

  @Test
  void theConnectionIsKeptAliveByPolling() {
    drive.setKeepAlivePolls(100);
    for (int i = 0; i < 1000; i++) {
      nowNs += SECOND_NS / 20;
      assertEquals(UNIT, harness.read(0, memory, UNIT));
    }
    long polls = drive.get("admin_polls");
    assertTrue(polls >= 49 && polls <= 51, "once per second, not " + polls);
    assertEquals(0, drive.get("resets"));
  }

  @Test
  void aControllerThatFailsIsNoticedThoughNothingIsInFlight() {
    drive.dropConnection();
    nowNs += SECOND_NS;
    device.poll(harness, 1);
    awaitService();

    assertEquals(1, drive.get("resets"));
    assertEquals(UNIT, harness.read(0, memory, UNIT));
  }

  @Test
  void aDriveThatCompletesNothingForHalfAMinuteIsReset() {
    device.read(0, memory, UNIT, 1);
    drive.setPollInterval(Long.MAX_VALUE);
    for (int second = 0; second < 29; second++) {
      nowNs += SECOND_NS;
      assertEquals(0, device.poll(harness, 1));
    }
    nowNs += 3600 * SECOND_NS;
    assertEquals(0, device.poll(harness, 1), "a process that was stopped for an hour");
    nowNs += SECOND_NS;
    assertEquals(1, device.poll(harness, 1));

    assertEquals(-Errno.EIO, harness.resultOf(1));
    assertLogged("has completed nothing for 30 seconds");
    drive.setPollInterval(1);
    awaitService();
    assertEquals(UNIT, harness.read(0, memory, UNIT));
  }

  @Test
  void aDriveThatCannotBeResetIsGivenUp() {
    device.read(0, memory, UNIT, 1);
    drive.setResetResult(-Errno.EIO);
    drive.dropConnection();
    awaitAnswer(() -> device.read(0, memory, UNIT, 2) == BlockDevice.CLOSED);

    assertEquals(-Errno.EIO, harness.resultOf(1));
    assertEquals(BlockDevice.CLOSED, device.flush(3));
    assertEquals(0, device.inFlight());
    assertEquals(10, drive.get("resets"));
    assertLogged("cannot be reset");
  }

  @Test
  void aDriveThatWasRemovedEndsEverythingAndOthersGoOn() {
    try (StandInDevices local = StandInDevices.local(512, 2 << 20)) {
      SpdkNvmeDevice taken = local.open(QUEUE_DEPTH, () -> nowNs);
      for (int i = 0; i < 3; i++) {
        assertEquals(BlockDevice.ACCEPTED, taken.read(0, memory, UNIT, i));
      }
      local.drive().remove();
      assertEquals(0, taken.poll(harness, 10), "nothing completes any more");
      nowNs += SECOND_NS;
      assertEquals(3, taken.poll(harness, 10), "noticed within a second");

      for (int i = 0; i < 3; i++) {
        assertEquals(-Errno.ENODEV, harness.resultOf(i));
      }
      assertEquals(BlockDevice.CLOSED, taken.read(0, memory, UNIT, 4));
      assertEquals(BlockDevice.CLOSED, taken.write(0, memory, UNIT, 0, 4));
      assertEquals(0, taken.poll(harness, 10));
      assertEquals(0, local.drive().get("resets"));
      assertLogged("spdk:" + local.drive().id().address() + " was removed");
      assertEquals(UNIT, harness.read(0, memory, UNIT), "the other drive serves");
      taken.close();

      local.drive().plugIn();
      SpdkNvmeDevice back = local.open(QUEUE_DEPTH, () -> nowNs);
      assertEquals(BlockDevice.ACCEPTED, back.read(0, memory, UNIT, 5));
      assertEquals(1, back.poll(harness, 10));
      assertEquals(UNIT, harness.resultOf(5));
      back.close();
    }
  }

  @Test
  void aDriveOfWhichOnlyTheKernelSaysThatItIsGoneWasRemovedToo() {
    try (StandInDevices local = StandInDevices.local(512, 2 << 20).bind("uio_pci_generic")) {
      SpdkNvmeDevice taken = local.open(QUEUE_DEPTH, () -> nowNs);
      local.drive().setPollInterval(Long.MAX_VALUE);
      assertEquals(BlockDevice.ACCEPTED, taken.read(0, memory, UNIT, 1));
      local.vanish();
      assertEquals(0, taken.poll(harness, 10));
      nowNs += SECOND_NS;
      assertEquals(1, taken.poll(harness, 10), "noticed within a second");

      assertEquals(-Errno.ENODEV, harness.resultOf(1));
      assertEquals(BlockDevice.CLOSED, taken.read(0, memory, UNIT, 2));
      assertEquals(0, local.drive().get("resets"));
      taken.close();
    }
  }

  @Test
  void aTargetThatIsGoneIsGivenUp() {
    device.read(0, memory, UNIT, 1);
    drive.remove();
    nowNs += SECOND_NS;
    awaitAnswer(() -> device.read(0, memory, UNIT, 2) == BlockDevice.CLOSED);

    assertEquals(BlockDevice.CLOSED, device.flush(3));
    assertEquals(-Errno.EIO, harness.resultOf(1));
  }

  @Test
  void devicesOfOneDriveAreResetTogether() {
    try (StandInDevices local = StandInDevices.local(512, 1 << 20)) {
      local.drive().addNamespace(512, 2048, 0);
      SpdkNvmeDevice one = SpdkNvmeDevice.open(local.spec(1), 4, local.drives(), () -> nowNs);
      SpdkNvmeDevice other = SpdkNvmeDevice.open(local.spec(2), 4, local.drives(), () -> nowNs);
      one.read(0, memory, UNIT, 1);
      other.read(0, memory, UNIT, 2);

      local.drive().dropConnection();
      assertEquals(1, one.poll(harness, 10));
      assertEquals(-Errno.EIO, harness.resultOf(1));
      for (int i = 0; i < 100; i++) {
        one.poll(harness, 10);
      }
      assertEquals(0, local.drive().get("resets"), "not while another queue pair is open");
      assertEquals(1, other.poll(harness, 10));
      assertEquals(-Errno.EIO, harness.resultOf(2));

      awaitAnswer(() -> one.poll(harness, 10) >= 0 && one.read(0, memory, UNIT, 3) == 0);
      awaitAnswer(() -> other.poll(harness, 10) >= 0 && other.read(0, memory, UNIT, 4) == 0);
      one.close();
      other.close();
      assertEquals(1, local.drive().get("resets"));
    }
  }

  @Test
  void aResetThatTakesTooLongIsNotWaitedFor() {
    try (StandInDevices local = StandInDevices.local(512, 1 << 20)) {
      local.drive().addNamespace(512, 2048, 0);
      SpdkNvmeDevice waiting = SpdkNvmeDevice.open(local.spec(1), 4, local.drives(), () -> nowNs);
      SpdkNvmeDevice neverPolled = SpdkNvmeDevice.open(local.spec(2), 4, local.drives());
      local.drive().dropConnection();

      for (int second = 0; second < 30; second++) {
        nowNs += SECOND_NS;
        waiting.poll(harness, 1);
        assertEquals(BlockDevice.QUEUE_FULL, waiting.read(0, memory, UNIT, 1));
      }
      nowNs += 2 * SECOND_NS;
      waiting.poll(harness, 1);
      nowNs += 2 * SECOND_NS;
      waiting.poll(harness, 1);

      assertEquals(BlockDevice.CLOSED, waiting.read(0, memory, UNIT, 1));
      waiting.close();
      neverPolled.close();
    }
  }

  @Test
  void aDeviceMayBeClosedWhileItsDriveIsReset() {
    try (StandInDevices local = StandInDevices.local(512, 1 << 20)) {
      SpdkNvmeDevice closed = local.open(4);
      closed.read(0, memory, UNIT, 1);
      local.drive().setResetResult(-Errno.EIO);
      local.drive().dropConnection();
      closed.poll(harness, 10);

      closed.close();
      local.awaitDisconnected();

      assertEquals(BlockDevice.CLOSED, closed.read(0, memory, UNIT, 2));
      local.drive().setResetResult(0);
      local.open(4).close();
    }
  }

  @Test
  void aDeviceIsClosedThoughItsDriveNeverAnswers() {
    try (StandInDevices local = StandInDevices.local(512, 1 << 20)) {
      long[] timeNs = {0};
      SpdkNvmeDevice closed = local.open(4, () -> timeNs[0] += SECOND_NS);
      closed.read(0, memory, UNIT, 1);
      local.drive().setPollInterval(Long.MAX_VALUE);

      closed.close();

      assertEquals(0, closed.inFlight());
      local.awaitDisconnected();
    }
  }

  /** Polls until the drive takes a request, which is then drained. */
  private void awaitService() {
    awaitAnswer(
        () -> {
          device.poll(harness, 10);
          return device.read(0, memory, UNIT, -1) == BlockDevice.ACCEPTED;
        });
    harness.drain();
    assertEquals(UNIT, harness.resultOf(-1));
  }

  private void awaitAnswer(BooleanSupplier answer) {
    long fromNs = System.nanoTime();
    while (!answer.getAsBoolean()) {
      device.poll(harness, 10);
      assertTrue(System.nanoTime() - fromNs < 20 * SECOND_NS, "it never comes");
      Thread.onSpinWait();
    }
  }

  private void assertLogged(String text) {
    assertTrue(
        log.list.stream().anyMatch(event -> event.getFormattedMessage().contains(text)),
        () -> text + " is not in " + log.list);
  }
}
