package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpdkMemoryTest {

  private static final long UNIT = 2 << 20;

  private final Spdk spdk = StandInSpdk.start();

  @ParameterizedTest
  @CsvSource({"1,1", "4096,4096", "100,64", "5000000,2097152"})
  void allocatesZeroedAlignedMemory(long lengthBytes, long alignmentBytes) {
    long before = StandInControls.getGlobal("allocated_bytes");
    try (DmaMemory memory = spdk.allocate(lengthBytes, alignmentBytes)) {
      assertEquals(lengthBytes, memory.lengthBytes());
      assertEquals(0, memory.address() % alignmentBytes);
      assertEquals(memory.address(), memory.segment().address());
      assertEquals(lengthBytes, memory.segment().byteSize());
      assertEquals(0, memory.segment().get(JAVA_BYTE, lengthBytes - 1));
      assertEquals(before + lengthBytes, StandInControls.getGlobal("allocated_bytes"));
    }
    assertEquals(before, StandInControls.getGlobal("allocated_bytes"));
  }

  @Test
  void memoryThatWasGivenBackCannotBeTouched() {
    DmaMemory memory = spdk.allocate(4096, 4096);
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();

    assertThrows(IllegalStateException.class, () -> segment.get(JAVA_BYTE, 0));
  }

  @Test
  void refusesLengthsAndAlignmentsThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> spdk.allocate(0, 4096));
    assertThrows(IllegalArgumentException.class, () -> spdk.allocate(-1, 4096));
    assertThrows(IllegalArgumentException.class, () -> spdk.allocate(4096, 0));
    assertThrows(IllegalArgumentException.class, () -> spdk.allocate(4096, 3));
    assertThrows(IllegalArgumentException.class, () -> spdk.allocate(4096, Long.MIN_VALUE));
  }

  @Test
  void saysWhatToDoWhenThereIsNoMemoryLeft() {
    StandInControls.setGlobal("set_memory_limit", 0);
    try {
      SpdkException e = assertThrows(SpdkException.class, () -> spdk.allocate(4096, 4096));
      assertEquals(12, e.errno());
      assertTrue(e.getMessage().contains("huge pages"), e.getMessage());
    } finally {
      StandInControls.setGlobal("set_memory_limit", Long.MAX_VALUE);
    }
  }

  @Test
  void aDriveReachesMemoryWhileItIsRegistered() {
    try (Arena arena = Arena.ofConfined();
        StandInDrive drive = StandInDrive.pcie(512, 64);
        NvmeController controller = spdk.connect(drive.id(), ControllerOptions.defaults());
        NvmeQueuePair queuePair = controller.openQueuePair(QueuePairOptions.ofDepth(1))) {
      long address = arena.allocate(2 * UNIT, UNIT).address();
      NvmeNamespace namespace = controller.namespaces().getFirst();
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.read(namespace, address, 0, 1, 1));

      spdk.register(address, UNIT);

      assertEquals(
          0,
          RecordedCompletions.statusOf(
              queuePair, queuePair.read(namespace, address + UNIT - 512, 0, 1, 1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> queuePair.read(namespace, address + UNIT - 512, 0, 2, 1));
      assertThrows(IllegalArgumentException.class, () -> spdk.register(address, 2 * UNIT));
      assertThrows(IllegalArgumentException.class, () -> spdk.unregister(address, 2 * UNIT));
      spdk.unregister(address, UNIT);
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.read(namespace, address, 0, 1, 1));
      assertThrows(IllegalArgumentException.class, () -> spdk.unregister(address, UNIT));
    }
  }

  @Test
  void registersOnlyWholeUnits() {
    for (long[] range :
        new long[][] {
          {UNIT, 0}, {UNIT, 4096}, {UNIT + 4096, UNIT}, {0, UNIT}, {-UNIT, UNIT}, {UNIT, -UNIT}
        }) {
      assertThrows(IllegalArgumentException.class, () -> spdk.register(range[0], range[1]));
      assertThrows(IllegalArgumentException.class, () -> spdk.unregister(range[0], range[1]));
    }
  }

  @Test
  void whatSpdkDoesNotRegisterIsNotReachable() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(UNIT, UNIT).address();
      StandInControls.setGlobal("set_register_result", -14);
      try {
        SpdkException e = assertThrows(SpdkException.class, () -> spdk.register(address, UNIT));
        assertEquals(14, e.errno());
      } finally {
        StandInControls.setGlobal("set_register_result", 0);
      }
      spdk.register(address, UNIT);
      spdk.unregister(address, UNIT);
    }
  }

  @Test
  void setsTheLevelOfBothLogs() {
    for (LogLevel level : LogLevel.values()) {
      spdk.setLogLevel(level);
      assertEquals(level.code(), StandInControls.getGlobal("log_level"));
    }
  }
}
