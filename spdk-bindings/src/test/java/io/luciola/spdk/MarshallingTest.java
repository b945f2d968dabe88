package io.luciola.spdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What SPDK is given, byte by byte. The offsets are those of its headers, 24.01 and newer. */
class MarshallingTest {

  private static final int CONTROLLER_OPTIONS_BYTES = 824;
  private static final int QUEUE_PAIR_OPTIONS_BYTES = 72;

  @Test
  void controllerOptionsChangeNothingButWhatTheySay() {
    Spdk spdk = StandInSpdk.start();
    try (StandInDrive drive = StandInDrive.tcp(512, 64)) {
      ControllerOptions options =
          new ControllerOptions(30_000, 700, 900, 45_000, 13, true, true, "nqn.host");
      spdk.connect(drive.id(), options).close();

      ByteBuffer expected = defaultControllerOptions();
      expected.putInt(16, 30_000).putInt(24, 700).putInt(252, 900).putInt(576, 45_000);
      expected.put(580, (byte) 1).put(581, (byte) 1).put(583, (byte) 13);
      putText(expected, 28, "nqn.host", 224);
      assertArrayEquals(
          bytes(expected),
          StandInControls.lastStruct("controller_options", CONTROLLER_OPTIONS_BYTES));
    }
  }

  @Test
  void defaultControllerOptionsAreSpdksButForTheQueueSize() {
    Spdk spdk = StandInSpdk.start();
    try (StandInDrive drive = StandInDrive.tcp(512, 64)) {
      spdk.connect(drive.id(), ControllerOptions.defaults()).close();

      ByteBuffer expected = defaultControllerOptions();
      expected.putInt(24, 1024).put(580, (byte) 0).put(581, (byte) 0);
      assertArrayEquals(
          bytes(expected),
          StandInControls.lastStruct("controller_options", CONTROLLER_OPTIONS_BYTES));
    }
  }

  @Test
  void queuePairOptionsChangeNothingButWhatTheySay() {
    Spdk spdk = StandInSpdk.start();
    try (StandInDrive drive = StandInDrive.tcp(512, 64);
        NvmeController controller = spdk.connect(drive.id(), ControllerOptions.defaults())) {
      controller.openQueuePair(new QueuePairOptions(96, 300, true, CompletionWay.COPY)).close();
      ByteBuffer expected = defaultQueuePairOptions();
      expected.putInt(4, 96 + 33 + 1).putInt(8, 300).put(12, (byte) 1);
      assertArrayEquals(
          bytes(expected),
          StandInControls.lastStruct("queue_pair_options", QUEUE_PAIR_OPTIONS_BYTES));

      controller
          .openQueuePair(new QueuePairOptions(2000, 2000, false, CompletionWay.UPCALL))
          .close();
      // No more entries than the controller has.
      expected.putInt(4, 1024).putInt(8, 2000).put(12, (byte) 0);
      assertArrayEquals(
          bytes(expected),
          StandInControls.lastStruct("queue_pair_options", QUEUE_PAIR_OPTIONS_BYTES));
    }
  }

  @Test
  void transportIdsGoThereAndBack() {
    Spdk spdk = StandInSpdk.start();
    try (StandInDrive drive = StandInDrive.tcp(512, 64)) {
      spdk.connect(drive.id(), ControllerOptions.defaults()).close();

      ByteBuffer expected = zeros(564);
      putText(expected, 0, "TCP", 33);
      expected.putInt(36, 3).putInt(40, 1);
      putText(expected, 44, "127.0.0.1", 257);
      putText(expected, 301, "4420", 33);
      putText(expected, 334, drive.id().subsystem(), 224);
      byte[] given = StandInControls.lastStruct("transport_id", 564);
      assertArrayEquals(bytes(expected), given);
      assertEquals(drive.id(), readBack(given));
    }
    try (StandInDrive drive = StandInDrive.pcie(512, 64)) {
      spdk.connect(drive.id(), ControllerOptions.defaults()).close();

      ByteBuffer expected = zeros(564);
      putText(expected, 0, "PCIe", 33);
      expected.putInt(36, 256);
      putText(expected, 44, drive.id().address(), 257);
      byte[] given = StandInControls.lastStruct("transport_id", 564);
      assertArrayEquals(bytes(expected), given);
      assertEquals(drive.id(), readBack(given));
    }
  }

  @Test
  void environmentOptionsChangeNothingButWhatTheySay() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = arena.allocate(256, 8);
      EnvironmentOptions options =
          new EnvironmentOptions(
              "name",
              "0x6",
              5 << 20,
              false,
              true,
              List.of("0001:65:03.2", "0000:66:00.0"),
              IovaMode.PHYSICAL,
              9);
      for (int i = 0; i < 256; i++) {
        struct.set(JAVA_BYTE, i, (byte) (i * 7 + 3));
      }
      byte[] before = struct.toArray(JAVA_BYTE);

      EnvironmentStruct.write(struct, options, options.coreMask(), arena);

      byte[] after = struct.toArray(JAVA_BYTE);
      ByteBuffer fields = ByteBuffer.wrap(after).order(ByteOrder.nativeOrder());
      assertEquals("name", textAt(fields.getLong(0)));
      assertEquals("0x6", textAt(fields.getLong(8)));
      assertEquals(9, fields.getInt(24));
      assertEquals(5, fields.getInt(36));
      assertEquals(0, fields.get(40));
      assertEquals(1, fields.get(43));
      assertEquals(2, fields.getLong(48));
      assertEquals("pa", textAt(fields.getLong(80)));
      ByteBuffer addresses =
          MemorySegment.ofAddress(fields.getLong(72))
              .reinterpret(16)
              .asByteBuffer()
              .order(ByteOrder.nativeOrder());
      assertEquals(
          ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 0x65, 3, 2, 0, 0, 0, 0, 0, 0x66, 0, 0, 0}),
          addresses);
      // What was not named is as before.
      for (int[] written : new int[][] {{0, 16}, {24, 4}, {36, 5}, {43, 1}, {48, 8}, {72, 16}}) {
        Arrays.fill(after, written[0], written[0] + written[1], (byte) 0);
        Arrays.fill(before, written[0], written[0] + written[1], (byte) 0);
      }
      assertArrayEquals(before, after);
    }
  }

  @Test
  void theEnvironmentGetsWhatSpdkNeeds() {
    StandInSpdk.start();

    ByteBuffer given =
        ByteBuffer.wrap(StandInControls.lastStruct("env_options", 120))
            .order(ByteOrder.nativeOrder());
    assertEquals("stand-in", textAt(given.getLong(0)));
    assertEquals('[', textAt(given.getLong(8)).charAt(0));
    assertEquals(-1, given.getInt(24));
    assertEquals(-1, given.getInt(36));
    assertEquals(0, given.get(40));
    assertEquals(0, given.get(43));
    assertEquals(0, given.getLong(48));
    assertEquals("va", textAt(given.getLong(80)));
    assertEquals(0x200000000000L, given.getLong(88));
    assertEquals(120, given.getLong(112));
  }

  /** As the stand-in fills them in. */
  private static ByteBuffer defaultControllerOptions() {
    ByteBuffer options = zeros(CONTROLLER_OPTIONS_BYTES);
    for (int i = 0; i < CONTROLLER_OPTIONS_BYTES; i++) {
      options.put(i, (byte) (i * 7 + 3));
    }
    options.putInt(16, 10_000).putInt(24, 256).putInt(252, 512).putInt(576, 120_000);
    putText(options, 28, "nqn.2014-08.org.nvmexpress:uuid:stand-in", 224);
    return options.putLong(592, CONTROLLER_OPTIONS_BYTES);
  }

  private static ByteBuffer defaultQueuePairOptions() {
    ByteBuffer options = zeros(QUEUE_PAIR_OPTIONS_BYTES);
    for (int i = 0; i < QUEUE_PAIR_OPTIONS_BYTES; i++) {
      options.put(i, (byte) (i * 5 + 1));
    }
    return options;
  }

  private static TransportId readBack(byte[] struct) {
    try (Arena arena = Arena.ofConfined()) {
      return TransportIdStruct.read(
          arena.allocate(struct.length, 8).copyFrom(MemorySegment.ofArray(struct)));
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer zeros(int lengthBytes) {
    return ByteBuffer.allocate(lengthBytes).order(ByteOrder.nativeOrder());
  }

  private static void putText(ByteBuffer buffer, int offset, String text, int fieldBytes) {
    buffer.put(offset, new byte[fieldBytes]);
    buffer.put(offset, text.getBytes(US_ASCII));
  }

  private static String textAt(long address) {
    return MemorySegment.ofAddress(address).reinterpret(64).getString(0);
  }
}
