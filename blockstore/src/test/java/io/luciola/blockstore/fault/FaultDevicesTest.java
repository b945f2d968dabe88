package io.luciola.blockstore.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.fault.DeviceRequest.Kind;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each faulty device does its own fault, and nothing else. */
class FaultDevicesTest {

  private static final int KIB = 1 << 10;
  private static final int SECTOR = 512;
  private static final int MEMORY_BYTES = 64 * KIB;

  private final DeviceImage image = new DeviceImage(256 * KIB);
  private final ImageDevice bottom = new ImageDevice(image, SECTOR, true);
  private final long memory = Memory.allocate(MEMORY_BYTES);
  private final List<Integer> results = new ArrayList<>();

  @AfterEach
  void free() {
    Memory.free(memory, MEMORY_BYTES);
  }

  private int write(BlockDevice device, long offset, int length, int value) {
    Memory.fill(memory, length, (byte) value);
    int answer = device.write(offset, memory, length, 0, 1);
    return answer == BlockDevice.ACCEPTED ? await(device) : answer;
  }

  private int flush(BlockDevice device) {
    int answer = device.flush(2);
    return answer == BlockDevice.ACCEPTED ? await(device) : answer;
  }

  private byte[] read(BlockDevice device, long offset, int length) {
    assertEquals(BlockDevice.ACCEPTED, device.read(offset, memory, length, 3));
    assertEquals(length, await(device));
    byte[] bytes = new byte[length];
    Memory.get(memory, bytes, 0, length);
    return bytes;
  }

  private int await(BlockDevice device) {
    results.clear();
    while (results.isEmpty()) {
      device.poll((tag, result) -> results.add(result), 1);
    }
    return results.getFirst();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void aCopyOfAnImageIsIndependent() {
    image.fill(0, 10_000, (byte) 1);
    DeviceImage copy = image.copy();
    image.fill(4000, 200, (byte) 2);
    copy.flipBit(5000, 3);

    assertEquals(2, image.read(4000, 1)[0]);
    assertEquals(1, copy.read(4000, 1)[0]);
    assertEquals(1 ^ 8, copy.read(5000, 1)[0]);
    assertEquals(1, image.read(5000, 1)[0]);
    assertEquals(0, copy.read(10_000, 1)[0]);
  }

  @Test
  void aCacheLosesSomeOfWhatWasNotFlushedAndNothingElse() {
    Set<Long> lostSectors = new HashSet<>();
    Set<Long> keptSectors = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      DeviceImage content = new DeviceImage(256 * KIB);
      NonDurableDevice device = new NonDurableDevice(new ImageDevice(content, SECTOR, false), seed);
      assertTrue(device.geometry().volatileCache());
      assertEquals(8 * KIB, write(device, 0, 8 * KIB, 1));
      assertEquals(0, flush(device));
      assertEquals(4 * KIB, write(device, 4 * KIB, 4 * KIB, 2));
      assertArrayEquals(filled(4 * KIB, 2), read(device, 4 * KIB, 4 * KIB));
      device.losePower();

      assertEquals(BlockDevice.CLOSED, flush(device));
      assertArrayEquals(filled(4 * KIB, 1), content.read(0, 4 * KIB));
      for (long at = 4 * KIB; at < 8 * KIB; at += SECTOR) {
        byte[] sector = content.read(at, SECTOR);
        assertTrue(sector[0] == 1 || sector[0] == 2);
        assertArrayEquals(filled(SECTOR, sector[0]), sector);
        (sector[0] == 1 ? lostSectors : keptSectors).add(at);
      }
    }
    assertEquals(8, lostSectors.size());
    assertEquals(8, keptSectors.size());
  }

  @Test
  void aTornWriteArrivesInPartAndEndsTheDevice() {
    Set<Integer> arrived = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      DeviceImage content = new DeviceImage(256 * KIB);
      TearingDevice device = new TearingDevice(new ImageDevice(content, SECTOR, true), seed);
      device.tearAfter(1);
      assertEquals(4 * KIB, write(device, 0, 4 * KIB, 1));
      assertEquals(-Errno.EIO, write(device, 0, 4 * KIB, 2));
      assertTrue(device.isGone());
      assertEquals(BlockDevice.CLOSED, flush(device));
      int sectors =
          (int)
              IntStream.range(0, 8)
                  .filter(i -> content.read((long) i * SECTOR, SECTOR)[9] == 2)
                  .count();
      assertTrue(sectors < 8, "the whole write arrived");
      arrived.add(sectors);
    }
    assertTrue(arrived.size() > 3, "always the same number of sectors: " + arrived);
  }

  @Test
  void faultsHitTheirKindRangeAndNumber() {
    FailingDevice device =
        new FailingDevice(bottom)
            .with(DeviceFault.of(Errno.EIO, Kind.WRITE).in(8 * KIB, 12 * KIB).times(2, 1))
            .with(DeviceFault.of(Errno.ENOMEM, Kind.FLUSH).times(1, 0));
    assertEquals(KIB, write(device, 8 * KIB, KIB, 1));
    assertEquals(KIB, write(device, 7 * KIB, KIB, 1));
    assertEquals(-Errno.EIO, write(device, 11 * KIB, 2 * KIB, 2));
    assertEquals(-Errno.EIO, write(device, 8 * KIB, KIB, 2));
    assertEquals(KIB, write(device, 8 * KIB, KIB, 3));
    assertEquals(-Errno.ENOMEM, flush(device));
    assertEquals(0, flush(device));
    assertArrayEquals(filled(KIB, 3), read(device, 8 * KIB, KIB));
    assertArrayEquals(filled(KIB, 0), read(device, 11 * KIB, KIB));
    assertEquals(3, device.failures());
  }

  @Test
  void aFaultMayHideThatTheRequestWasCarriedOut() {
    FailingDevice device =
        new FailingDevice(bottom).with(DeviceFault.of(Errno.EIO, Kind.WRITE).butCarriedOut());
    assertEquals(-Errno.EIO, write(device, 0, KIB, 1));
    assertArrayEquals(filled(KIB, 1), image.read(0, KIB));
  }

  @Test
  void aDeviceThatIsGoneFailsWhatIsInFlight() {
    FailingDevice device = new FailingDevice(bottom);
    assertEquals(BlockDevice.ACCEPTED, device.read(0, memory, KIB, 1));
    device.disappear();
    assertEquals(-Errno.EIO, await(device));
    assertEquals(BlockDevice.CLOSED, flush(device));
    device.heal();
    assertEquals(0, flush(device));
  }

  @Test
  void flippedBitsAreSilentAndSpareTheCallersMemory() {
    BitFlippingDevice writes = new BitFlippingDevice(bottom, 0, 1, 1);
    assertEquals(4 * KIB, write(writes, 0, 4 * KIB, 0));
    byte[] sent = new byte[4 * KIB];
    Memory.get(memory, sent, 0, sent.length);
    assertArrayEquals(new byte[4 * KIB], sent);
    assertEquals(1, bits(image.read(0, 4 * KIB)));
    assertEquals(1, writes.flips());

    image.fill(0, 4 * KIB, (byte) 0);
    BitFlippingDevice reads = new BitFlippingDevice(bottom, 1, 0, 1);
    assertEquals(1, bits(read(reads, 0, 4 * KIB)));
    assertEquals(0, bits(image.read(0, 4 * KIB)));
  }

  private static int bits(byte[] bytes) {
    return IntStream.range(0, bytes.length).map(i -> Integer.bitCount(bytes[i] & 0xFF)).sum();
  }

  @Test
  void completionsComeInOrdersThatTheSeedDecides() {
    Set<List<Long>> orders = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      assertEquals(order(seed), order(seed));
      orders.add(order(seed));
    }
    assertTrue(orders.size() > 10, "only " + orders.size() + " different orders");
  }

  private List<Long> order(long seed) {
    ReorderingDevice device = new ReorderingDevice(bottom, seed);
    for (long tag = 0; tag < 6; tag++) {
      assertEquals(BlockDevice.ACCEPTED, device.read(tag * KIB, memory + tag * KIB, KIB, tag));
    }
    List<Long> order = new ArrayList<>();
    while (order.size() < 6) {
      assertTrue(device.poll((tag, result) -> order.add(tag), 100) > 0);
    }
    return order;
  }

  @Test
  void aRecordKnowsWhatIsDurable() {
    RecordingDevice device = new RecordingDevice(bottom);
    write(device, 0, KIB, 1);
    assertEquals(BlockDevice.ACCEPTED, device.flush(5));
    // Completed behind the flush's submission: the flush says nothing of it.
    assertEquals(BlockDevice.ACCEPTED, device.write(8 * KIB, memory, KIB, 0, 6));
    assertEquals(BlockDevice.ACCEPTED, device.write(9 * KIB, memory, KIB, BlockDevice.FUA, 7));
    for (int i = 0; i < 3; i++) {
      await(device);
    }
    List<RecordedWrite> writes = device.log().writes();
    assertEquals(5, writes.get(0).durableAt);
    assertEquals(RecordedWrite.NEVER, writes.get(1).durableAt);
    assertEquals(writes.get(2).completedAt, writes.get(2).durableAt);
    assertEquals(8, device.log().position());
  }

  @Test
  void memoryThatChangesWhileItIsWrittenIsNoticed() {
    RecordingDevice device = new RecordingDevice(bottom);
    assertEquals(BlockDevice.ACCEPTED, device.write(0, memory, KIB, 0, 1));
    Memory.putByte(memory + 5, (byte) 77);
    assertThrows(AssertionError.class, () -> await(device));
  }

  @Test
  void crashStatesAreAllSubsetsOfWhatIsNotDurable() {
    RecordingDevice device = new RecordingDevice(bottom);
    write(device, 0, KIB, 1);
    flush(device);
    write(device, 0, KIB, 2);
    write(device, SECTOR, KIB, 3);
    Set<List<Byte>> seen = new HashSet<>();
    DeviceImage empty = new DeviceImage(256 * KIB);
    CrashStates states = new CrashStates(device.log(), empty, SECTOR, 10, 0, 1);
    int count =
        states.forEach(
            state ->
                seen.add(
                    List.of(
                        state.image().read(0, 1)[0],
                        state.image().read(SECTOR, 1)[0],
                        state.image().read(2 * SECTOR, 1)[0])));
    // Before the flush 2 sectors are open, at the end 4.
    assertEquals(4 + 16, count);
    Set<List<Byte>> expected = new HashSet<>();
    for (byte first = 0; first < 2; first++) {
      for (byte second = 0; second < 2; second++) {
        expected.add(List.of(first, second, (byte) 0));
      }
    }
    for (byte first : new byte[] {1, 2}) {
      for (byte second : new byte[] {1, 2, 3}) {
        for (byte third : new byte[] {0, 3}) {
          expected.add(List.of(first, second, third));
        }
      }
    }
    assertEquals(expected, seen);
  }

  @Test
  void manyOpenSectorsAreSampledTornAndWhole() {
    RecordingDevice device = new RecordingDevice(bottom);
    write(device, 0, 16 * KIB, 1);
    write(device, 32 * KIB, 16 * KIB, 2);
    Set<String> texts = new HashSet<>();
    int[] torn = {0};
    int count =
        new CrashStates(device.log(), image, SECTOR, 10, 20, 1)
            .forEach(
                state -> {
                  texts.add(state.toString());
                  String text = state.toString();
                  torn[0] += text.contains("01") || text.contains("10") ? 1 : 0;
                });
    assertEquals(count, texts.size());
    assertTrue(torn[0] > 20, torn[0] + " torn of " + count);
  }
}
