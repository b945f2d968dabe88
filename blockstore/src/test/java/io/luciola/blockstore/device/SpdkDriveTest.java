package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The device contract on a {@link RealDrive}. */
@Tag("guest")
@net.jqwik.api.Tag("guest")
class SpdkDriveTest extends BlockDeviceContract {

  private static final int LARGE_BYTES = 2 << 20;

  @Override
  BlockDevice openDevice() {
    return new PartOfDevice(RealDrive.open(QUEUE_DEPTH), SIZE_BYTES);
  }

  @Test
  void registeredMemoryIsReadAndWrittenLikeAnyOther() {
    long memory = Memory.allocate(4 * LARGE_BYTES);
    Memory.pretouch(memory, 4 * LARGE_BYTES);
    int most = Math.min(65_536, harness.device.geometry().maxTransferBytes());
    boolean registered = harness.device.registerMemory(memory, 4 * LARGE_BYTES);
    System.out.println(harness.device.geometry() + ", memory registered: " + registered);
    harness.fillRandom(memory, 4 * LARGE_BYTES, 8);

    for (int at = 0; at < LARGE_BYTES; at += most) {
      assertEquals(most, harness.write(at, memory + LARGE_BYTES / 2 + at, most, 0));
    }
    for (int at = 0; at < LARGE_BYTES; at += most) {
      assertEquals(most, harness.read(at, memory + LARGE_BYTES * 2 + at, most));
    }

    assertTrue(Memory.equal(memory + LARGE_BYTES / 2, memory + LARGE_BYTES * 2, LARGE_BYTES));
    harness.device.close();
    Memory.free(memory, 4 * LARGE_BYTES);
  }

  @Test
  void whatWasWrittenIsThereAfterCloseAndReopen() {
    long out = harness.buffer(65_536);
    harness.fillRandom(out, 65_536, 4);
    assertEquals(65_536, harness.write(8192, out, 65_536, BlockDevice.FUA));
    harness.device.close();

    try (DeviceHarness again = new DeviceHarness(RealDrive.open(QUEUE_DEPTH))) {
      long in = again.buffer(65_536);
      assertEquals(65_536, again.read(8192, in, 65_536));
      assertTrue(Memory.equal(out, in, 65_536));
    }
  }
}
