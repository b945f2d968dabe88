package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Memory;
import org.junit.jupiter.api.Test;

class NullDeviceTest extends BlockDeviceContract {

  @Override
  BlockDevice openDevice() {
    return new NullDevice(SIZE_BYTES, QUEUE_DEPTH);
  }

  /** The one rule that this kind does not keep; instead, it moves nothing. */
  @Override
  @Test
  void transfersWithRegisteredAndWithOtherMemory() {
    long registered = harness.buffer(8192);
    long other = harness.buffer(8192);
    assertTrue(harness.device.registerMemory(registered, 8192));
    harness.fillRandom(other, 8192, 1);
    assertEquals(8192, harness.write(4096, other, 8192, 0));

    Memory.fill(registered, 8192, (byte) 5);
    assertEquals(8192, harness.read(4096, registered, 8192));
    assertEquals(5, Memory.getByte(registered), "a read leaves registered memory as it is");
    assertEquals(8192, harness.write(4096, registered, 8192, 0));

    Memory.fill(registered, 8192, (byte) 0);
    long in = harness.buffer(8192);
    assertEquals(8192, harness.read(4096, in, 8192));
    assertTrue(Memory.equal(other, in, 8192), "a write from registered memory changes nothing");
  }

  @Test
  void deliversZerosWhereNothingWasWritten() {
    long in = harness.buffer(4096);
    Memory.fill(in, 4096, (byte) 1);

    assertEquals(4096, harness.read(8192, in, 4096));

    for (int at = 0; at < 4096; at += Long.BYTES) {
      assertEquals(0, Memory.getLong(in + at));
    }
  }

  @Test
  void refusesImpossibleArguments() {
    assertThrows(IllegalArgumentException.class, () -> new NullDevice(4097, 1));
    assertThrows(IllegalArgumentException.class, () -> new NullDevice(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new NullDevice(4096, 0));
  }
}
