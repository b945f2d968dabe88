package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.DeviceHarness.Operation;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An array of bytes beside a device: what the device must hold after the same operations. */
final class ArrayModel {

  private static final int UNIT = 4096;

  private record InFlight(Operation operation, long tag, long address) {
    boolean overlaps(Operation other) {
      return operation.unit() < other.unit() + other.units()
          && other.unit() < operation.unit() + operation.units();
    }
  }

  private final DeviceHarness harness;
  private final byte[] content;
  private final boolean[] known;
  private final List<InFlight> inFlight = new ArrayList<>();
  private long nextTag;
  private int verifiedReads;

  ArrayModel(DeviceHarness harness) {
    this.harness = harness;
    content = new byte[(int) harness.device.geometry().sizeBytes()];
    known = new boolean[content.length / UNIT];
  }

  int verifiedReads() {
    return verifiedReads;
  }

  /** Submits; ranges that overlap one in flight wait, for there is no order between them. */
  void submit(Operation operation) {
    if (inFlight.size() == harness.device.geometry().queueDepth()
        || inFlight.stream().anyMatch(other -> other.overlaps(operation))) {
      drain();
    }
    BlockDevice device = harness.device;
    long tag = nextTag++;
    long offset = (long) operation.unit() * UNIT;
    int length = operation.units() * UNIT;
    long address = harness.buffer(length);
    int answer =
        switch (operation.kind()) {
          case READ -> device.read(offset, address, length, tag);
          case WRITE, DURABLE_WRITE -> {
            harness.fillRandom(address, length, operation.seed());
            Memory.get(address, content, (int) offset, length);
            Arrays.fill(known, operation.unit(), operation.unit() + operation.units(), true);
            int flags = operation.kind() == Operation.Kind.WRITE ? 0 : BlockDevice.FUA;
            yield device.write(offset, address, length, flags, tag);
          }
          case FLUSH -> device.flush(tag);
          case DISCARD -> {
            Arrays.fill(known, operation.unit(), operation.unit() + operation.units(), false);
            yield device.discard(offset, length, tag);
          }
        };
    assertEquals(BlockDevice.ACCEPTED, answer);
    inFlight.add(new InFlight(operation, tag, address));
  }

  void drain() {
    harness.drain();
    for (InFlight done : inFlight) {
      int result = harness.resultOf(done.tag);
      switch (done.operation.kind()) {
        case FLUSH, DISCARD -> assertEquals(0, result);
        case READ -> {
          assertEquals(done.operation.units() * UNIT, result);
          verify(done.operation.unit(), done.operation.units(), done.address);
        }
        case WRITE, DURABLE_WRITE -> assertEquals(done.operation.units() * UNIT, result);
      }
      harness.release(done.address);
    }
    inFlight.clear();
  }

  void verifyAll() {
    for (int unit = 0; unit < known.length; unit++) {
      submit(new Operation(Operation.Kind.READ, unit, 1, 0));
    }
    drain();
  }

  private void verify(int unit, int units, long address) {
    byte[] read = new byte[units * UNIT];
    Memory.get(address, read, 0, read.length);
    for (int i = 0; i < units; i++) {
      if (known[unit + i]) {
        int at = (unit + i) * UNIT;
        assertTrue(
            Arrays.equals(read, i * UNIT, (i + 1) * UNIT, content, at, at + UNIT),
            "unit " + (unit + i) + " differs");
      }
    }
    verifiedReads++;
  }
}
