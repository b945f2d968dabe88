package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UringFileDeviceTest extends BlockDeviceContract {

  private Path file;

  @Override
  BlockDevice openDevice() {
    file = TestFiles.newDeviceFile(SIZE_BYTES);
    return UringDevice.open(file, QUEUE_DEPTH);
  }

  @Override
  void removeDevice() {
    TestFiles.remove(file);
  }

  @Test
  void aFileCountsAsHavingAVolatileCache() {
    assertTrue(harness.device.geometry().volatileCache());
    assertEquals("uring:" + file, harness.device.geometry().name());
  }

  @Test
  void whatWasWrittenIsThereAfterCloseAndReopen() {
    long out = harness.buffer(65_536);
    harness.fillRandom(out, 65_536, 4);
    harness.write(8192, out, 65_536, 0);
    harness.flush();
    harness.device.close();

    try (DeviceHarness again = new DeviceHarness(UringDevice.open(file, QUEUE_DEPTH))) {
      long in = again.buffer(65_536);
      assertEquals(65_536, again.read(8192, in, 65_536));
      assertTrue(Memory.equal(out, in, 65_536));
    }
  }

  @Test
  void closeWaitsForWritesInFlight() {
    long out = harness.buffer(1 << 20);
    harness.fillRandom(out, 1 << 20, 5);
    harness.device.write(0, out, 1 << 20, BlockDevice.FUA, 1);
    harness.device.close();

    try (DeviceHarness again = new DeviceHarness(UringDevice.open(file, QUEUE_DEPTH))) {
      long in = again.buffer(1 << 20);
      again.read(0, in, 1 << 20);
      assertTrue(Memory.equal(out, in, 1 << 20));
    }
  }

  @Test
  void aReadThatTheFileNoLongerHoldsIsAnErrorAndNotShort() throws IOException {
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(SIZE_BYTES / 2);
    }
    long in = harness.buffer(1 << 20);

    assertEquals(-Errno.EIO, harness.read(SIZE_BYTES / 2 - 8192, in, 65_536));
    assertEquals(-Errno.EIO, harness.read(SIZE_BYTES - 4096, in, 4096));
    assertEquals(65_536, harness.read(0, in, 65_536), "the device goes on");
  }
}
