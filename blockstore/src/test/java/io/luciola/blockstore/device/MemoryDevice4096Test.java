package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemoryDevice4096Test extends BlockDeviceContract {

  @Override
  BlockDevice openDevice() {
    return new MemoryDevice(SIZE_BYTES, 4096, true, QUEUE_DEPTH);
  }

  @Test
  void saysOfItsCacheWhatItWasTold() {
    assertTrue(harness.device.geometry().volatileCache());
    assertEquals("memory:2MiB", harness.device.geometry().name());
  }

  @Test
  void takesMemoryOnlyForWhatIsWritten() {
    try (DeviceHarness large = new DeviceHarness(new MemoryDevice(1L << 40))) {
      long memory = large.buffer(4096);
      assertEquals(4096, large.write((1L << 40) - 4096, memory, 4096, 0));
    }
  }

  @Test
  void refusesImpossibleArguments() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryDevice(4097));
    assertThrows(IllegalArgumentException.class, () -> new MemoryDevice(4096, 1024, true, 1));
    assertThrows(IllegalArgumentException.class, () -> new MemoryDevice(4096, 512, true, 0));
  }
}
