package io.luciola.blockstore.device.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceHarness;
import io.luciola.blockstore.linux.Memory;
import io.luciola.spdk.Spdk;
import io.luciola.spdk.StandInSpdk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which memory a local drive reaches, and what is copied. */
class SpdkMemoryTest {

  private static final int MIB = 1 << 20;
  private static final long REGION_BYTES = 16 * MIB;
  private static final int QUEUE_DEPTH = 8;

  /** What fits into the buffers of a device with that queue. */
  private static final int MOST_COPIED_AT_ONCE = 4;

  private final StandInDevices devices = StandInDevices.local(4096, 16 * MIB);
  private final long mapped = Memory.allocate(REGION_BYTES + 2 * MIB);
  private final long region = (mapped + 2 * MIB - 1) & (-2L * MIB);

  SpdkMemoryTest() {
    devices.drive().setMaxTransferBytes(MIB);
  }

  @AfterEach
  void close() {
    devices.close();
    Memory.free(mapped, REGION_BYTES + 2 * MIB);
  }

  @Test
  void whatIsNotRegisteredGoesThroughBuffersOfWhichThereIsABoundedNumber() {
    try (DeviceHarness harness = new DeviceHarness(devices.open(QUEUE_DEPTH))) {
      assertEquals(MOST_COPIED_AT_ONCE, acceptedReads(harness.device));
      harness.drain();
      assertEquals(MOST_COPIED_AT_ONCE, acceptedReads(harness.device), "they are used again");
      harness.drain();
      assertEquals(2 * MOST_COPIED_AT_ONCE, harness.completions());
    }
  }

  @Test
  void registeredMemoryNeedsNone() {
    try (DeviceHarness harness = new DeviceHarness(devices.open(QUEUE_DEPTH))) {
      assertTrue(harness.device.registerMemory(region, REGION_BYTES));

      assertEquals(QUEUE_DEPTH, acceptedReads(harness.device));
      harness.drain();
    }
  }

  @Test
  void whatLiesAcrossTheEndOfRegisteredMemoryIsCopied() {
    try (DeviceHarness harness = new DeviceHarness(devices.open(QUEUE_DEPTH))) {
      // Not aligned: the units inside are registered, what is before and behind them is not.
      assertTrue(harness.device.registerMemory(region + 4096, REGION_BYTES - 8192));
      long first = region + 2 * MIB;
      long end = region + REGION_BYTES - 2 * MIB;
      long middle = region + REGION_BYTES / 2;

      for (long address : new long[] {region, first - 8192, first, end - 16_384, end - 8192, end}) {
        harness.fillRandom(address, 16_384, address);
        assertEquals(16_384, harness.write(0, address, 16_384, 0));
        assertEquals(16_384, harness.read(0, middle, 16_384));
        assertTrue(Memory.equal(address, middle, 16_384), "written from " + (address - region));

        Memory.fill(address, 16_384, (byte) 0);
        assertEquals(16_384, harness.read(0, address, 16_384));
        assertTrue(Memory.equal(address, middle, 16_384), "read into " + (address - region));
      }
    }
  }

  @Test
  void devicesMayShareMemory() {
    RegisteredMemory shared = new RegisteredMemory(StandInSpdk.start());
    RegisteredMemory.Range range = RegisteredMemory.Range.within(region, REGION_BYTES);

    assertTrue(shared.add(range));
    assertTrue(shared.add(range));
    shared.remove(range);
    assertThrows(RuntimeException.class, () -> StandInSpdk.start().register(region, 2 * MIB));
    shared.remove(range);
    StandInSpdk.start().register(region, 2 * MIB);
    StandInSpdk.start().unregister(region, 2 * MIB);
  }

  @Test
  void closingGivesTheMemoryBack() {
    Spdk spdk = StandInSpdk.start();
    SpdkNvmeDevice device = devices.open(QUEUE_DEPTH);
    assertTrue(device.registerMemory(region, REGION_BYTES));
    assertThrows(RuntimeException.class, () -> spdk.register(region, 2 * MIB));
    device.close();

    spdk.register(region, 2 * MIB);
    spdk.unregister(region, 2 * MIB);
  }

  @Test
  void memoryThatIsRegisteredElsewhereIsCopied() {
    Spdk spdk = StandInSpdk.start();
    spdk.register(region, 2 * MIB);
    try (DeviceHarness harness = new DeviceHarness(devices.open(QUEUE_DEPTH))) {
      assertFalse(harness.device.registerMemory(region, REGION_BYTES));
      assertEquals(MIB, harness.read(0, region, MIB));
      assertEquals(MOST_COPIED_AT_ONCE, acceptedReads(harness.device));
      harness.drain();
    } finally {
      spdk.unregister(region, 2 * MIB);
    }
  }

  @Test
  void lessThanAUnitIsNotWorthRegistering() {
    try (SpdkNvmeDevice device = devices.open(QUEUE_DEPTH)) {
      assertFalse(device.registerMemory(region, MIB));
      assertFalse(device.registerMemory(region + 4096, 3 * MIB));
      assertTrue(device.registerMemory(region + 4096, 4 * MIB));
      assertFalse(device.registerMemory(region, REGION_BYTES), "once only");
    }
  }

  @Test
  void withoutAnIommuOrdinaryMemoryIsNotRegisteredSinceTheKernelMayMoveIt() {
    devices.bind("uio_pci_generic");
    try (DeviceHarness harness = new DeviceHarness(devices.open(QUEUE_DEPTH))) {
      assertFalse(harness.device.registerMemory(region, REGION_BYTES));
      assertEquals(MIB, harness.write(0, region, MIB, 0));
    }
  }

  @Test
  void aRemoteDriveReachesEverything() {
    try (StandInDevices remote = StandInDevices.remote(4096, 16 * MIB)) {
      remote.drive().setMaxTransferBytes(MIB);
      try (DeviceHarness harness = new DeviceHarness(remote.open(QUEUE_DEPTH))) {
        assertFalse(harness.device.registerMemory(region, REGION_BYTES), "no difference");
        assertEquals(QUEUE_DEPTH, acceptedReads(harness.device));
        harness.drain();
      }
    }
  }

  /** Begins reads until the device refuses. */
  private int acceptedReads(BlockDevice device) {
    int accepted = 0;
    while (device.read((long) accepted * MIB, region + (long) accepted * MIB, MIB, accepted)
        == BlockDevice.ACCEPTED) {
      accepted++;
    }
    return accepted;
  }
}
