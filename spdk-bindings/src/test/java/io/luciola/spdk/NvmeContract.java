package io.luciola.spdk;

import static io.luciola.spdk.RecordedCompletions.statusOf;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every drive must do, through either way of completion: a stand-in's or a real one. */
abstract class NvmeContract {

  private static final int DEPTH = 32;
  private static final long MOST_WARM_UP_NS = 30_000_000_000L;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long SEED = 20261127;

  private Spdk spdk;
  private NvmeController controller;
  private NvmeNamespace namespace;
  private NvmeQueuePair queuePair;
  private DmaMemory memory;
  private int sectorBytes;

  abstract Spdk spdk();

  abstract TransportId target();

  abstract CompletionWay way();

  @BeforeEach
  void connect() {
    spdk = spdk();
    controller = spdk.connect(target(), ControllerOptions.defaults());
    namespace = controller.namespaces().getFirst();
    sectorBytes = namespace.sectorBytes();
    queuePair = controller.openQueuePair(QueuePairOptions.ofDepth(DEPTH).withCompletionWay(way()));
    memory = spdk.allocate(BUFFER_BYTES, 4096);
  }

  @AfterEach
  void disconnect() {
    if (memory != null) {
      memory.close();
    }
    if (queuePair != null) {
      queuePair.close();
    }
    if (controller != null) {
      controller.close();
    }
  }

  @Test
  void saysWhatItIs() {
    ControllerInfo info = controller.info();

    assertFalse(info.serialNumber().isEmpty());
    assertFalse(info.modelNumber().isEmpty());
    assertTrue(info.nvmeVersion().matches("[1-9]\\.[0-9](\\.[0-9]+)?"), info.nvmeVersion());
    assertEquals(target(), controller.id());
    assertEquals(NvmeController.State.CONNECTED, controller.state());
    assertTrue(sectorBytes == 512 || sectorBytes == 4096, () -> "sector size " + sectorBytes);
    assertEquals(namespace.sectors() * sectorBytes, namespace.sizeBytes());
    assertTrue(namespace.maxTransferBytes() >= 4096);
    assertTrue(namespace.atomicWriteBytes() >= sectorBytes);
  }

  @Test
  void readsWhatWasWritten() {
    int sectors = 16;
    fill(memory.segment(), SEED);

    assertEquals(0, statusOf(queuePair, write(0, 40, sectors, false)));
    assertEquals(0, statusOf(queuePair, read(BUFFER_BYTES / 2, 40, sectors)));

    assertEquals(-1, slice(0, sectors).mismatch(slice(BUFFER_BYTES / 2, sectors)));
  }

  @Test
  void writesThroughTheCacheAndFlushes() {
    fill(memory.segment(), SEED + 1);

    assertEquals(0, statusOf(queuePair, write(0, 8, 8, true)));
    assertEquals(0, statusOf(queuePair, queuePair.flush(namespace, 1)));
    assertEquals(0, statusOf(queuePair, read(BUFFER_BYTES / 2, 8, 8)));

    assertEquals(-1, slice(0, 8).mismatch(slice(BUFFER_BYTES / 2, 8)));
  }

  @Test
  void comparesSectorsWithMemory() {
    assumeTrue(controller.info().compare(), "the drive does not compare");
    fill(memory.segment(), SEED + 2);
    assertEquals(0, statusOf(queuePair, write(0, 100, 8, false)));

    assertEquals(0, statusOf(queuePair, queuePair.compare(namespace, memory.address(), 100, 8, 1)));
    memory.segment().set(JAVA_LONG, 8, ~memory.segment().get(JAVA_LONG, 8));
    int status = statusOf(queuePair, queuePair.compare(namespace, memory.address(), 100, 8, 2));

    // COMPARE_FAILURE, but for SPDK's own target, which says "internal device error".
    assertNotEquals(NvmeStatus.SUCCESS, status);
  }

  @Test
  void makesSectorsZero() {
    assumeTrue(controller.info().writeZeroes(), "the drive does not write zeroes");
    fill(memory.segment(), SEED + 3);
    assertEquals(0, statusOf(queuePair, write(0, 200, 24, false)));

    assertEquals(0, statusOf(queuePair, queuePair.writeZeroes(namespace, 208, 8, 1)));
    assertEquals(0, statusOf(queuePair, read(BUFFER_BYTES / 2, 200, 24)));

    assertEquals(-1, slice(0, 8).mismatch(slice(BUFFER_BYTES / 2, 8)));
    MemorySegment zeroed = slice(BUFFER_BYTES / 2 + 8L * sectorBytes, 8);
    for (long at = 0; at < zeroed.byteSize(); at += Long.BYTES) {
      assertEquals(0, zeroed.get(JAVA_LONG, at));
    }
    assertEquals(
        -1, slice(16L * sectorBytes, 8).mismatch(slice(BUFFER_BYTES / 2 + 16L * sectorBytes, 8)));
  }

  @Test
  void deallocatesOnlyTheSectorsNamed() {
    assumeTrue(controller.info().deallocate(), "the drive does not deallocate");
    fill(memory.segment(), SEED + 4);
    assertEquals(0, statusOf(queuePair, write(0, 304, 24, false)));

    assertEquals(0, statusOf(queuePair, queuePair.deallocate(namespace, 312, 8, 1)));
    assertEquals(0, statusOf(queuePair, read(BUFFER_BYTES / 2, 304, 24)));

    assertEquals(-1, slice(0, 8).mismatch(slice(BUFFER_BYTES / 2, 8)));
    assertEquals(
        -1, slice(16L * sectorBytes, 8).mismatch(slice(BUFFER_BYTES / 2 + 16L * sectorBytes, 8)));
  }

  @Test
  void completesAFullQueueOfRandomWritesAndReads() {
    Random random = new Random(SEED);
    int sectors = BUFFER_BYTES / DEPTH / sectorBytes;
    for (int round = 0; round < 50; round++) {
      assertTrue(controller.processAdmin() >= 0, "the controller has failed");
      fill(memory.segment(), SEED + round);
      RecordedCompletions written = new RecordedCompletions();
      for (int i = 0; i < DEPTH; i++) {
        assertEquals(
            NvmeQueuePair.ACCEPTED,
            queuePair.write(
                namespace,
                memory.address() + (long) i * BUFFER_BYTES / DEPTH,
                (long) i * sectors,
                sectors,
                false,
                random.nextInt() * 64L + i));
      }
      assertEquals(NvmeQueuePair.QUEUE_FULL, read(0, 0, 1), "the queue takes more than its depth");
      assertEquals(DEPTH, queuePair.inFlight());
      written.await(queuePair, DEPTH);
      assertEquals(0, queuePair.inFlight());
      written.statuses().forEach((tag, status) -> assertEquals(0, status, () -> "tag " + tag));

      MemorySegment expected =
          MemorySegment.ofArray(new byte[BUFFER_BYTES]).copyFrom(memory.segment());
      memory.segment().fill((byte) 0);
      RecordedCompletions readBack = new RecordedCompletions();
      for (int i = 0; i < DEPTH; i++) {
        assertEquals(
            NvmeQueuePair.ACCEPTED,
            queuePair.read(
                namespace,
                memory.address() + (long) i * BUFFER_BYTES / DEPTH,
                (long) i * sectors,
                sectors,
                i));
      }
      readBack.await(queuePair, DEPTH);
      assertEquals(-1, expected.mismatch(memory.segment()));
    }
  }

  @Test
  void readsTheLastSectorAndRefusesToReadPastIt() {
    long last = namespace.sectors() - 1;

    assertEquals(0, statusOf(queuePair, read(0, last, 1)));

    assertThrows(IllegalArgumentException.class, () -> read(0, last, 2));
    assertThrows(IllegalArgumentException.class, () -> read(0, last + 1, 1));
    assertThrows(IllegalArgumentException.class, () -> read(0, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> read(0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> read(0, 0, -1));
    assertThrows(IllegalArgumentException.class, () -> read(0, Long.MAX_VALUE, 1));
    assertEquals(0, queuePair.inFlight());
  }

  @Test
  void abortDeliversEverythingAndDisconnects() {
    for (int i = 0; i < DEPTH; i++) {
      assertEquals(
          NvmeQueuePair.ACCEPTED,
          queuePair.read(namespace, memory.address() + (long) i * sectorBytes, i, 1, i));
    }
    RecordedCompletions completions = new RecordedCompletions();

    assertEquals(DEPTH, queuePair.abort(completions));

    assertEquals(DEPTH, completions.statuses().size());
    assertEquals(0, queuePair.inFlight());
    assertEquals(NvmeQueuePair.DISCONNECTED, read(0, 0, 1));
    assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll(completions, 1));
    assertEquals(0, queuePair.abort(completions));
  }

  @Test
  void closingDropsWhatIsInFlight() {
    assertEquals(NvmeQueuePair.ACCEPTED, read(0, 0, 1));

    queuePair.close();

    assertThrows(IllegalStateException.class, () -> read(0, 0, 1));
    NvmeQueuePair next =
        controller.openQueuePair(QueuePairOptions.ofDepth(1).withCompletionWay(way()));
    try (next) {
      assertEquals(0, statusOf(next, next.read(namespace, memory.address(), 0, 1, 1)));
    }
  }

  @Test
  void aResetEndsQueuePairsAndNewOnesWork() {
    assertEquals(NvmeQueuePair.ACCEPTED, read(0, 0, 1));

    controller.reset();

    assertEquals(NvmeController.State.CONNECTED, controller.state());
    RecordedCompletions completions = new RecordedCompletions();
    assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll(completions, 1));
    assertEquals(NvmeQueuePair.DISCONNECTED, read(0, 0, 1));
    assertEquals(1, queuePair.abort(completions));
    assertNotEquals(0, completions.statuses().get(7L));
    queuePair.close();
    queuePair = controller.openQueuePair(QueuePairOptions.ofDepth(DEPTH).withCompletionWay(way()));
    assertEquals(0, statusOf(queuePair, read(0, 0, 1)));
    assertTrue(controller.processAdmin() >= 0);
  }

  @Test
  void allocatesNothingPerCommand() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    NvmeQueuePair.CompletionHandler handler = (tag, status) -> {};
    int commands = 2000;
    long allocated = Long.MAX_VALUE;
    // The first rounds link and load what they use; on a busy machine that takes its time.
    long deadlineNs = System.nanoTime() + MOST_WARM_UP_NS;
    while (allocated > 0 && System.nanoTime() - deadlineNs < 0) {
      long before = threads.getCurrentThreadAllocatedBytes();
      runCommands(commands, handler);
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(controller.processAdmin() >= 0, "the controller has failed");
    }

    assertEquals(0, allocated, "bytes allocated by " + commands + " commands");
  }

  private void runCommands(int commands, NvmeQueuePair.CompletionHandler handler) {
    int submitted = 0;
    int completed = 0;
    while (completed < commands) {
      while (submitted < commands && submitted - completed < DEPTH) {
        int result =
            submitted % 4 == 0 ? write(0, submitted % 64, 1, false) : read(0, submitted % 64, 1);
        if (result != NvmeQueuePair.ACCEPTED) {
          break;
        }
        submitted++;
      }
      int result = queuePair.poll(handler, DEPTH);
      if (result < 0) {
        throw new AssertionError(result);
      }
      completed += result;
    }
  }

  private int read(long offset, long firstSector, int sectors) {
    return queuePair.read(namespace, memory.address() + offset, firstSector, sectors, 7);
  }

  private int write(long offset, long firstSector, int sectors, boolean forceUnitAccess) {
    return queuePair.write(
        namespace, memory.address() + offset, firstSector, sectors, forceUnitAccess, 8);
  }

  private MemorySegment slice(long offset, int sectors) {
    return memory.segment().asSlice(offset, (long) sectors * sectorBytes);
  }

  private static void fill(MemorySegment segment, long seed) {
    Random random = new Random(seed);
    for (long at = 0; at < segment.byteSize(); at += Long.BYTES) {
      segment.set(JAVA_LONG, at, random.nextLong());
    }
  }
}
