package io.luciola.blockstore.device.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.DeviceGeometry;
import io.luciola.blockstore.device.DeviceHarness;
import io.luciola.blockstore.linux.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a drive says of itself, its namespaces, and what reaches it. */
class SpdkNvmeDeviceTest {

  private static final long SIZE_BYTES = 2 << 20;

  private StandInDevices devices = StandInDevices.local(4096, SIZE_BYTES);

  @AfterEach
  void close() {
    devices.close();
  }

  private void use(StandInDevices others) {
    devices.close();
    devices = others;
  }

  @Test
  void isLikeTheDriveSays() {
    devices
        .drive()
        .setVolatileWriteCache(true)
        .setMaxTransferBytes(192 << 10)
        .setAtomicWriteUnitPowerFailBlocks(13);

    try (SpdkNvmeDevice device = devices.open(32)) {
      DeviceGeometry geometry = device.geometry();
      assertEquals(devices.spec(0).toString(), geometry.name());
      assertEquals(SIZE_BYTES, geometry.sizeBytes());
      assertEquals(4096, geometry.blockSizeBytes());
      assertEquals(32 << 10, geometry.atomicWriteBytes(), "a power of two, so that all is aligned");
      assertEquals(128 << 10, geometry.maxTransferBytes());
      assertEquals(32, geometry.queueDepth());
      assertTrue(geometry.volatileCache());
    }
  }

  @Test
  void transfersNoMoreAtOnceThanItHasBuffersFor() {
    devices.drive().setMaxTransferBytes(4 << 20).setAtomicWriteUnitPowerFailBlocks(65536);

    try (SpdkNvmeDevice device = devices.open(4)) {
      assertEquals(1 << 20, device.geometry().maxTransferBytes());
      assertEquals(1 << 20, device.geometry().atomicWriteBytes());
      assertFalse(device.geometry().volatileCache());
    }
  }

  @Test
  void opensTheNamespaceThatIsNamed() {
    devices.drive().addNamespace(512, 4096, 0);

    try (SpdkNvmeDevice first = open(1);
        SpdkNvmeDevice second = open(2)) {
      assertEquals(4096, first.geometry().blockSizeBytes());
      assertEquals(512, second.geometry().blockSizeBytes());
      assertEquals(512 * 4096, second.geometry().sizeBytes());
      assertEquals(1, devices.drive().get("attached"), "one controller for both");
      assertEquals(2, devices.drive().get("queue_pairs"));
    }
    assertEquals(0, devices.drive().get("attached"));
  }

  @Test
  void asksWhichNamespaceWhenThereAreSeveral() {
    devices.drive().addNamespace(512, 4096, 0);

    assertRefused(0, "has the namespaces [1, 2]; say which, as in spdk:0000:65:00.0/1");
    assertRefused(7, "has no namespace 7; it has [1, 2]");
    assertEquals(0, devices.drive().get("attached"));
  }

  @Test
  void refusesSectorsThatTheEngineCannotUse() {
    devices.drive().addNamespace(512, 4096, 8).addNamespace(1024, 4096, 0);

    assertRefused(2, "512 bytes and 8 bytes of metadata");
    assertRefused(3, "1024 bytes and 0 bytes of metadata");
    assertEquals(0, devices.drive().get("attached"));
  }

  @Test
  void opensANamespaceOnceOnly() {
    try (SpdkNvmeDevice device = devices.open(4)) {
      assertRefused(1, "open in this process already");
      assertEquals(4, device.geometry().queueDepth());
    }
    devices.open(4).close();
  }

  @Test
  void asksForADriverThatHandsTheDriveToUserSpace() {
    devices.bind("nvme");
    assertRefused(0, "the kernel's driver nvme holds PCI device");
    assertRefused(0, "luciola disk claim " + devices.drive().id().address());
    devices.bind("");
    assertRefused(0, "no driver holds PCI device");
    devices.bind("uio_pci_generic");
    devices.open(4).close();
  }

  @Test
  void saysThatThereIsNoSuchDevice() {
    StandInDevices other = StandInDevices.local(512, SIZE_BYTES);
    String message =
        assertThrows(
                DeviceException.class,
                () -> SpdkNvmeDevice.open(other.spec(0), 4, devices.drives()))
            .getMessage();
    other.close();

    assertTrue(message.contains("there is no PCI device"), message);
  }

  @Test
  void saysThatADriveCannotBeConnected() {
    use(StandInDevices.remote(512, SIZE_BYTES));
    devices.drive().set("refuse_connect", 1);

    assertRefused(0, "is the target running");
  }

  @Test
  void givesAllBackWhenThereIsNoQueuePairLeft() {
    devices.drive().set("max_queue_pairs", 0);
    assertRefused(0, "No queue pair can be opened");
    assertEquals(0, devices.drive().get("attached"));

    devices.drive().set("max_queue_pairs", 1);
    devices.open(4).close();
  }

  @Test
  void refusesQueueDepthsThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> devices.open(0));
    assertThrows(
        IllegalArgumentException.class, () -> devices.open(SpdkNvmeDevice.MAX_QUEUE_DEPTH + 1));
  }

  @Test
  void durableWritesAreForcedOnlyWhereThereIsAVolatileCache() {
    devices.drive().setVolatileWriteCache(true);
    try (DeviceHarness harness = new DeviceHarness(devices.open(4))) {
      long memory = harness.buffer(4096);
      harness.write(0, memory, 4096, 0);
      assertEquals(0, devices.drive().get("fua_writes"));
      harness.write(0, memory, 4096, BlockDevice.FUA);
      assertEquals(1, devices.drive().get("fua_writes"));
    }
    devices.drive().setVolatileWriteCache(false);
    try (DeviceHarness harness = new DeviceHarness(devices.open(4))) {
      harness.write(0, harness.buffer(4096), 4096, BlockDevice.FUA);
      assertEquals(1, devices.drive().get("fua_writes"));
    }
  }

  @Test
  void aDiscardedRangeIsDeallocatedHoweverLargeItIs() {
    long sizeBytes = 300L << 20;
    use(StandInDevices.remote(512, sizeBytes));
    try (DeviceHarness harness = new DeviceHarness(devices.open(4))) {
      long memory = harness.buffer(4096);
      long[] offsets = {0, 128 << 20, sizeBytes - 8192, sizeBytes - 4096};
      Memory.fill(memory, 4096, (byte) 5);
      for (long offset : offsets) {
        harness.write(offset, memory, 4096, 0);
      }

      assertEquals(0, harness.discard(0, sizeBytes - 4096));

      assertEquals(3, devices.drive().get("deallocates"));
      for (long offset : offsets) {
        harness.read(offset, memory, 4096);
        assertEquals(offset < sizeBytes - 4096 ? 0 : 5, Memory.getByte(memory), "at " + offset);
      }
    }
  }

  @Test
  void aDriveThatTakesNoHintsGetsNone() {
    devices.drive().set("optional_commands", 0);
    try (DeviceHarness harness = new DeviceHarness(devices.open(4))) {
      assertEquals(0, harness.discard(0, SIZE_BYTES));
      assertEquals(0, devices.drive().get("deallocates"));
    }
  }

  @Test
  void requestsOfOneRoundShareTheDoorbell() {
    try (DeviceHarness harness = new DeviceHarness(devices.open(16))) {
      long memory = harness.buffer(4096);
      for (int i = 0; i < 16; i++) {
        assertEquals(BlockDevice.ACCEPTED, harness.device.read(0, memory, 4096, i));
      }
      assertEquals(0, devices.drive().get("doorbells"));

      harness.drain();

      assertEquals(16, harness.completions());
      assertEquals(1, devices.drive().get("doorbells"));
    }
  }

  @Test
  void aCallerThatTakesOneAtATimeSharesTheDoorbellToo() {
    try (SpdkNvmeDevice device = devices.open(16);
        DeviceHarness harness = new DeviceHarness(device)) {
      long memory = harness.buffer(4096);
      for (int i = 0; i < 16; i++) {
        assertEquals(BlockDevice.ACCEPTED, device.read(0, memory, 4096, i));
      }
      for (int i = 0; i < 160; i++) {
        int[] ended = new int[1];
        assertEquals(1, device.poll((tag, result) -> ended[0] = result, 1));
        assertEquals(4096, ended[0]);
        assertEquals(BlockDevice.ACCEPTED, device.read(0, memory, 4096, i));
      }

      assertEquals(10, devices.drive().get("doorbells"));
    }
  }

  @Test
  void anotherThreadMayTakeOverWithRequestsInFlight() throws InterruptedException {
    DeviceHarness harness = new DeviceHarness(devices.open(4));
    long memory = harness.buffer(4096);
    assertEquals(4096, harness.write(0, memory, 4096, 0));
    assertEquals(BlockDevice.ACCEPTED, harness.device.read(0, memory, 4096, 7));
    int[] results = new int[2];

    Thread next =
        new Thread(
            () -> {
              harness.drain();
              results[0] = harness.resultOf(7);
              results[1] = harness.write(4096, memory, 4096, 0);
            });
    next.start();
    next.join();

    assertEquals(4096, results[0]);
    assertEquals(4096, results[1]);
    assertEquals(4096, harness.read(0, memory, 4096), "and back again");
    harness.close();
  }

  @Test
  void closeWaitsForWritesInFlight() {
    SpdkNvmeDevice device = devices.open(4);
    long memory = Memory.allocate(4096);
    Memory.fill(memory, 4096, (byte) 9);
    devices.drive().setPollInterval(1000);
    assertEquals(BlockDevice.ACCEPTED, device.write(0, memory, 4096, 0, 1));

    device.close();

    assertEquals(1, devices.drive().get("writes"));
    assertEquals(9, devices.drive().data(1, 4096).get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    Memory.free(memory, 4096);
  }

  @Test
  void aHandlerMayCloseTheDevice() {
    SpdkNvmeDevice device = devices.open(4);
    long memory = Memory.allocate(4096);
    device.read(0, memory, 4096, 1);
    device.read(0, memory, 4096, 2);
    int[] completions = {0};

    int delivered =
        device.poll(
            (tag, result) -> {
              completions[0]++;
              device.close();
            },
            10);

    assertEquals(1, delivered);
    assertEquals(1, completions[0]);
    assertEquals(0, device.inFlight());
    Memory.free(memory, 4096);
  }

  private SpdkNvmeDevice open(int namespaceId) {
    return SpdkNvmeDevice.open(devices.spec(namespaceId), 4, devices.drives());
  }

  private void assertRefused(int namespaceId, String why) {
    String message =
        assertThrows(DeviceException.class, () -> open(namespaceId).close()).getMessage();
    assertTrue(message.startsWith("Cannot open " + devices.spec(namespaceId) + ": "), message);
    assertTrue(message.contains(why), message);
  }
}
