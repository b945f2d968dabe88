package io.luciola.blockstore.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.luciola.blockstore.device.DeviceHarness.Operation;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.blockstore.linux.Polling;
import java.lang.management.ManagementFactory;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every kind of {@link BlockDevice} must do; each kind has a subclass that opens it. */
abstract class BlockDeviceContract {

  static final long SIZE_BYTES = 2L << 20;
  static final int QUEUE_DEPTH = 16;

  /** A multiple of every block size, so that tests need not ask. */
  private static final int UNIT = 4096;

  private static final int MAX_UNITS = 8;

  DeviceHarness harness;

  /**
   * Opens a device of {@link #SIZE_BYTES} and {@link #QUEUE_DEPTH} whose content may be anything.
   */
  abstract BlockDevice openDevice();

  /** Removes what {@link #openDevice()} left behind; the device is closed. */
  void removeDevice() {}

  /** Whether this kind is made for tests and may allocate. */
  boolean isForTests() {
    return false;
  }

  @BeforeEach
  @BeforeTry
  void open() {
    harness = new DeviceHarness(openDevice());
  }

  @AfterEach
  @AfterTry
  void close() {
    harness.close();
    removeDevice();
  }

  @Test
  void saysWhatItIsLike() {
    DeviceGeometry geometry = harness.device.geometry();

    assertEquals(SIZE_BYTES, geometry.sizeBytes());
    assertTrue(geometry.blockSizeBytes() == 512 || geometry.blockSizeBytes() == 4096);
    assertTrue(geometry.atomicWriteBytes() >= geometry.blockSizeBytes());
    assertTrue(geometry.maxTransferBytes() >= QUEUE_DEPTH * UNIT, "what the tests move at most");
    assertEquals(QUEUE_DEPTH, geometry.queueDepth());
    assertEquals(0, harness.device.inFlight());
  }

  @Test
  void readsWhatWasWritten() {
    int block = harness.device.geometry().blockSizeBytes();
    int most = Math.min(1 << 20, harness.device.geometry().maxTransferBytes());
    for (int lengthBytes : new int[] {block, 4096, 65_536, most}) {
      long out = harness.buffer(lengthBytes);
      long in = harness.buffer(lengthBytes);
      harness.fillRandom(out, lengthBytes, lengthBytes);

      assertEquals(lengthBytes, harness.write(block, out, lengthBytes, 0));
      assertEquals(lengthBytes, harness.read(block, in, lengthBytes));

      assertTrue(Memory.equal(out, in, lengthBytes), "length " + lengthBytes);
    }
  }

  @Test
  void readsAndWritesTheLastBlock() {
    int block = harness.device.geometry().blockSizeBytes();
    long out = harness.buffer(block);
    long in = harness.buffer(block);
    harness.fillRandom(out, block, 1);

    assertEquals(block, harness.write(SIZE_BYTES - block, out, block, 0));
    assertEquals(block, harness.read(SIZE_BYTES - block, in, block));

    assertTrue(Memory.equal(out, in, block));
  }

  @Test
  void completesDurableWritesOneByOneAndManyAtOnce() {
    long out = harness.buffer(QUEUE_DEPTH * UNIT);
    long in = harness.buffer(QUEUE_DEPTH * UNIT);
    harness.fillRandom(out, QUEUE_DEPTH * UNIT, 2);

    assertEquals(UNIT, harness.write(0, out, UNIT, BlockDevice.FUA));
    for (int i = 1; i < QUEUE_DEPTH; i++) {
      long at = (long) i * UNIT;
      assertEquals(
          BlockDevice.ACCEPTED, harness.device.write(at, out + at, UNIT, BlockDevice.FUA, i));
    }
    harness.drain();

    for (int i = 1; i < QUEUE_DEPTH; i++) {
      assertEquals(UNIT, harness.resultOf(i));
    }
    assertEquals(QUEUE_DEPTH * UNIT, harness.read(0, in, QUEUE_DEPTH * UNIT));
    assertTrue(Memory.equal(out, in, QUEUE_DEPTH * UNIT));
  }

  @Test
  void completesFlushAndDiscardWithZero() {
    assertEquals(0, harness.flush());
    assertEquals(0, harness.discard(UNIT, 4 * UNIT));
  }

  @Test
  void aDiscardedRangeCanBeWrittenAgainAndItsNeighborsStay() {
    long out = harness.buffer(3 * UNIT);
    long in = harness.buffer(3 * UNIT);
    harness.fillRandom(out, 3 * UNIT, 3);
    harness.write(0, out, 3 * UNIT, 0);

    assertEquals(0, harness.discard(UNIT, UNIT));
    harness.read(0, in, 3 * UNIT);
    assertTrue(Memory.equal(out, in, UNIT));
    assertTrue(Memory.equal(out + 2 * UNIT, in + 2 * UNIT, UNIT));

    assertEquals(UNIT, harness.write(UNIT, out + UNIT, UNIT, 0));
    harness.read(0, in, 3 * UNIT);
    assertTrue(Memory.equal(out, in, 3 * UNIT));
  }

  @Test
  void handsBackAnyTag() {
    long in = harness.buffer(UNIT);
    for (long tag : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
      assertEquals(BlockDevice.ACCEPTED, harness.device.read(0, in, UNIT, tag));
      harness.drain();
      assertEquals(UNIT, harness.resultOf(tag));
    }
  }

  @Test
  void refusesMoreThanTheQueueHoldsAndLosesNothing() {
    long in = harness.buffer(UNIT);
    for (int i = 0; i < QUEUE_DEPTH; i++) {
      assertEquals(BlockDevice.ACCEPTED, harness.device.read(0, in, UNIT, i));
    }

    assertEquals(BlockDevice.QUEUE_FULL, harness.device.read(0, in, UNIT, 99));
    assertEquals(BlockDevice.QUEUE_FULL, harness.device.flush(99));
    assertEquals(BlockDevice.QUEUE_FULL, harness.device.discard(0, UNIT, 99));
    assertEquals(QUEUE_DEPTH, harness.device.inFlight());

    harness.drain();
    assertEquals(QUEUE_DEPTH, harness.completions());
    assertEquals(BlockDevice.ACCEPTED, harness.device.flush(100));
  }

  @Test
  void deliversNoMoreThanTheLimit() {
    long in = harness.buffer(UNIT);
    for (int i = 0; i < 5; i++) {
      harness.device.read(0, in, UNIT, i);
    }

    int delivered = 0;
    while (delivered < 5) {
      int before = harness.completions();
      int polled = harness.device.poll(harness, 2);
      assertTrue(polled <= 2);
      assertEquals(polled, harness.completions() - before);
      delivered += polled;
      assertEquals(5 - delivered, harness.device.inFlight());
    }
    assertEquals(0, harness.device.poll(harness, 2));
  }

  @Test
  void refusesWhatIsNotAligned() {
    int block = harness.device.geometry().blockSizeBytes();
    long memory = harness.buffer(2 * UNIT);
    BlockDevice device = harness.device;

    assertEquals(BlockDevice.BAD_ALIGNMENT, device.read(1, memory, block, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.read(0, memory, block - 1, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.read(0, memory + 1, block, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.read(0, memory, 0, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.read(0, memory, -block, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.write(block / 2, memory, block, 0, 1));
    assertEquals(
        BlockDevice.BAD_ALIGNMENT,
        device.write(0, memory, device.geometry().maxTransferBytes() + block, 0, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.discard(1, block, 1));
    assertEquals(BlockDevice.BAD_ALIGNMENT, device.discard(0, 0, 1));
    assertEquals(0, device.inFlight());
  }

  @Test
  void refusesWhatIsOutsideTheDevice() {
    long memory = harness.buffer(2 * UNIT);
    BlockDevice device = harness.device;

    assertEquals(BlockDevice.OUT_OF_RANGE, device.read(SIZE_BYTES, memory, UNIT, 1));
    assertEquals(BlockDevice.OUT_OF_RANGE, device.read(SIZE_BYTES - UNIT, memory, 2 * UNIT, 1));
    assertEquals(BlockDevice.OUT_OF_RANGE, device.read(-UNIT, memory, UNIT, 1));
    assertEquals(BlockDevice.OUT_OF_RANGE, device.write(-4096L << 40, memory, UNIT, 0, 1));
    assertEquals(
        BlockDevice.OUT_OF_RANGE, device.write(Long.MAX_VALUE & -4096L, memory, UNIT, 0, 1));
    assertEquals(BlockDevice.OUT_OF_RANGE, device.discard(0, SIZE_BYTES + UNIT, 1));
    assertEquals(BlockDevice.OUT_OF_RANGE, device.discard(UNIT, Long.MAX_VALUE & -4096L, 1));
    assertEquals(0, device.inFlight());
  }

  @Test
  void overlappingWritesInFlightLeaveOneOfThemInEachBlock() {
    long one = harness.buffer(4 * UNIT);
    long other = harness.buffer(4 * UNIT);
    long in = harness.buffer(4 * UNIT);
    Memory.fill(one, 4 * UNIT, (byte) 1);
    Memory.fill(other, 4 * UNIT, (byte) 2);

    harness.device.write(0, one, 4 * UNIT, 0, 1);
    harness.device.write(2 * UNIT, other, 4 * UNIT, 0, 2);
    harness.drain();
    harness.read(0, in, 4 * UNIT);

    assertTrue(Memory.equal(in, one, 2 * UNIT));
    for (long block = in + 2 * UNIT; block < in + 4 * UNIT; block += 512) {
      assertTrue(Memory.equal(block, one, 512) || Memory.equal(block, other, 512));
    }
  }

  @Test
  void aHandlerMaySubmit() {
    long in = harness.buffer(UNIT);
    int[] left = {50};
    BlockDevice.CompletionHandler chain =
        (tag, result) -> {
          assertEquals(UNIT, result);
          if (--left[0] > 0) {
            assertEquals(BlockDevice.ACCEPTED, harness.device.read(0, in, UNIT, tag));
          }
        };
    harness.device.read(0, in, UNIT, 7);

    while (left[0] > 0) {
      harness.device.poll(chain, Integer.MAX_VALUE);
      harness.relax();
    }

    assertEquals(0, harness.device.inFlight());
  }

  @Test
  void refusesEverythingAfterClose() {
    long memory = harness.buffer(UNIT);
    harness.device.read(0, memory, UNIT, 1);

    harness.device.close();
    harness.device.close();

    assertEquals(BlockDevice.CLOSED, harness.device.read(0, memory, UNIT, 1));
    assertEquals(BlockDevice.CLOSED, harness.device.write(0, memory, UNIT, 0, 1));
    assertEquals(BlockDevice.CLOSED, harness.device.flush(1));
    assertEquals(BlockDevice.CLOSED, harness.device.discard(0, UNIT, 1));
    assertEquals(0, harness.device.poll(harness, 10));
    assertEquals(0, harness.completions());
    assertEquals(0, harness.device.inFlight());
  }

  @Test
  void theCompletionDescriptorBecomesReadableWhenCompletionsWait() {
    assumeTrue(harness.device.completionFd() >= 0, "this kind has no completion descriptor");
    long in = harness.buffer(UNIT);
    long pollfd = harness.buffer(UNIT);
    Memory.putLong(pollfd, 0);
    Memory.putInt(pollfd, harness.device.completionFd());
    Memory.putShort(pollfd + 4, (short) Polling.POLLIN);
    assertEquals(0, Polling.poll(pollfd, 1, 0), "nothing was submitted");

    harness.device.read(0, in, UNIT, 1);
    int delivered = harness.device.poll(harness, 1);

    if (delivered == 0) {
      assertEquals(1, Polling.poll(pollfd, 1, 60_000));
      assertEquals(1, harness.device.poll(harness, 1));
    }
    assertEquals(UNIT, harness.resultOf(1));
    assertEquals(0, Polling.poll(pollfd, 1, 0), "all was collected");
  }

  @Test
  void awaitPushesOutAndSleepsUntilThereIsSomethingToPoll() {
    long in = harness.buffer(UNIT);
    long fromNs = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertEquals(BlockDevice.ACCEPTED, harness.device.read(0, in, UNIT, i));
      // It may return early, but not for ever.
      for (int round = 0; round < 1000 && harness.completions() == i; round++) {
        harness.device.await(60_000_000_000L);
        harness.device.poll(harness, 1);
      }
      assertEquals(UNIT, harness.resultOf(i));
    }
    assertTrue(System.nanoTime() - fromNs < 60_000_000_000L, "slept past its completion");
  }

  @Test
  void awaitDeliversNothingAndReturnsAtOnceWhenNothingIsInFlightOrAllIsClosed() {
    long in = harness.buffer(UNIT);
    long fromNs = System.nanoTime();
    harness.device.await(60_000_000_000L);
    harness.device.read(0, in, UNIT, 1);
    harness.device.await(60_000_000_000L);
    assertEquals(0, harness.completions());
    assertEquals(1, harness.device.inFlight());
    harness.drain();
    harness.device.close();
    harness.device.await(60_000_000_000L);
    assertTrue(System.nanoTime() - fromNs < 60_000_000_000L, "slept with nothing to wait for");
  }

  @Test
  void transfersWithRegisteredAndWithOtherMemory() {
    long registered = harness.buffer(4 * UNIT);
    long other = harness.buffer(8 * UNIT);
    harness.device.registerMemory(registered, 4 * UNIT);
    harness.fillRandom(registered, 4 * UNIT, 6);
    harness.fillRandom(other, 8 * UNIT, 7);

    // Inside, outside, and outside again; durable ones go another way.
    assertEquals(UNIT, harness.write(0, registered + 3 * UNIT, UNIT, 0));
    assertEquals(UNIT, harness.write(UNIT, registered, UNIT, BlockDevice.FUA));
    assertEquals(4 * UNIT, harness.write(2 * UNIT, other, 4 * UNIT, 0));
    assertEquals(4 * UNIT, harness.read(2 * UNIT, other + 4 * UNIT, 4 * UNIT));
    assertTrue(Memory.equal(other, other + 4 * UNIT, 4 * UNIT));
    assertEquals(2 * UNIT, harness.read(0, other, 2 * UNIT));
    assertTrue(Memory.equal(registered + 3 * UNIT, other, UNIT));
    assertTrue(Memory.equal(registered, other + UNIT, UNIT));

    assertEquals(4 * UNIT, harness.read(2 * UNIT, registered, 4 * UNIT));
    assertTrue(Memory.equal(registered, other + 4 * UNIT, 4 * UNIT));
    assertFalse(harness.device.registerMemory(other, 8 * UNIT), "once only");
  }

  @Test
  void allocatesNothingInSteadyState() {
    assumeTrue(!isForTests(), "made for tests");
    long memory = harness.buffer(QUEUE_DEPTH * UNIT);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    harness.countOnly = true;
    // Rounds, because the JVM compiles in the background and may still allocate until it has.
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 10 && allocated > 4096; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      carryOut(100_000, memory);
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }

    assertTrue(allocated <= 4096, allocated + " bytes allocated by 100000 requests");
  }

  private void carryOut(int count, long memory) {
    BlockDevice device = harness.device;
    int units = (int) (SIZE_BYTES / UNIT);
    int submitted = 0;
    int done = 0;
    while (done < count) {
      while (submitted < count && device.inFlight() < QUEUE_DEPTH) {
        long at = (long) (submitted % units) * UNIT;
        long address = memory + (long) (submitted % QUEUE_DEPTH) * UNIT;
        int answer =
            submitted % 1000 == 0
                ? device.flush(submitted)
                : submitted % 10 == 0
                    ? device.write(at, address, UNIT, 0, submitted)
                    : device.read(at, address, UNIT, submitted);
        if (answer != BlockDevice.ACCEPTED) {
          throw new AssertionError("refused: " + answer);
        }
        submitted++;
      }
      int polled = device.poll(harness, QUEUE_DEPTH);
      done += polled;
      if (polled == 0) {
        device.await(1_000_000);
      }
    }
  }

  @Property(tries = 60)
  void behavesLikeAnArrayOfBytes(@ForAll("operations") List<Operation> operations) {
    ArrayModel model = new ArrayModel(harness);

    for (Operation operation : operations) {
      model.submit(operation);
    }
    model.drain();
    model.verifyAll();

    assertNotEquals(0, model.verifiedReads());
  }

  @Provide
  Arbitrary<List<Operation>> operations() {
    int units = (int) (SIZE_BYTES / UNIT);
    Arbitrary<Operation> operation =
        Combinators.combine(
                Arbitraries.frequency(
                    Tuple.of(5, Operation.Kind.READ),
                    Tuple.of(5, Operation.Kind.WRITE),
                    Tuple.of(1, Operation.Kind.DURABLE_WRITE),
                    Tuple.of(1, Operation.Kind.FLUSH),
                    Tuple.of(1, Operation.Kind.DISCARD)),
                Arbitraries.integers().between(0, units - MAX_UNITS),
                Arbitraries.integers().between(1, MAX_UNITS),
                Arbitraries.integers())
            .as(Operation::new);
    return operation.list().ofMinSize(1).ofMaxSize(80);
  }

  /** Whether the tests run as root, which some kinds need. */
  static boolean isRoot() {
    return Linux.getuid() == 0;
  }
}
