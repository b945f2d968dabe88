package io.luciola.spdk;

import static io.luciola.spdk.RecordedCompletions.statusOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong on a queue pair: errors of the drive, and misuse. */
@ParameterizedClass
@EnumSource(CompletionWay.class)
class QueuePairTest {

  private static final int DEPTH = 8;

  private final Spdk spdk = StandInSpdk.start();
  private final StandInDrive drive = StandInDrive.pcie(512, 1000).addNamespace(512, 100, 8);
  private final NvmeController controller = spdk.connect(drive.id(), ControllerOptions.defaults());
  private final NvmeNamespace namespace = controller.namespaces().getFirst();
  private final DmaMemory memory = spdk.allocate(1 << 16, 4096);
  private final QueuePairOptions options;
  private final NvmeQueuePair queuePair;
  private final RecordedCompletions completions = new RecordedCompletions();

  QueuePairTest(CompletionWay way) {
    options = QueuePairOptions.ofDepth(DEPTH).withCompletionWay(way);
    queuePair = controller.openQueuePair(options);
  }

  @AfterEach
  void close() {
    queuePair.close();
    controller.close();
    drive.close();
    memory.close();
  }

  @Test
  void tellsTheStatusOfAFailedCommand() {
    drive.failNext(1, StandInDrive.Opcode.WRITE, NvmeStatus.WRITE_FAULT | NvmeStatus.DO_NOT_RETRY);

    assertEquals(0, statusOf(queuePair, read(1)));
    assertEquals(
        NvmeStatus.WRITE_FAULT | NvmeStatus.DO_NOT_RETRY, statusOf(queuePair, write(2, false)));
    assertEquals(0, statusOf(queuePair, write(3, false)));
  }

  @Test
  void tellsThatASectorCannotBeRead() {
    drive.setBadSector(0);

    assertEquals(NvmeStatus.UNRECOVERED_READ_ERROR, statusOf(queuePair, read(1)));
  }

  @Test
  void aRefusedCommandDoesNotCompleteAndTakesNoRoom() {
    for (int result : new int[] {NvmeQueuePair.QUEUE_FULL, -22, -5}) {
      drive.refuseNext(6, result);

      assertEquals(result, read(1));
      assertEquals(result, write(2, true));
      assertEquals(result, queuePair.flush(namespace, 3));
      assertEquals(result, queuePair.compare(namespace, memory.address(), 0, 1, 4));
      assertEquals(result, queuePair.deallocate(namespace, 0, 1, 5));
      assertEquals(result, queuePair.writeZeroes(namespace, 0, 1, 6));
      assertEquals(0, queuePair.inFlight());
    }
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }
    completions.await(queuePair, DEPTH);
  }

  @Test
  void refusalsBetweenAcceptedCommandsLoseNone() {
    for (int tag = 0; tag < DEPTH; tag++) {
      drive.refuseNext(1, NvmeQueuePair.QUEUE_FULL);
      assertEquals(NvmeQueuePair.QUEUE_FULL, read(100 + tag));
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }
    completions.await(queuePair, DEPTH);

    for (long tag = 0; tag < DEPTH; tag++) {
      assertEquals(0, completions.statuses().get(tag));
    }
  }

  @Test
  void everyKindOfCommandReachesTheDrive() {
    assertEquals(0, statusOf(queuePair, write(1, false)));
    assertEquals(0, statusOf(queuePair, write(2, true)));
    assertEquals(0, statusOf(queuePair, read(3)));
    assertEquals(0, statusOf(queuePair, queuePair.flush(namespace, 4)));
    assertEquals(0, statusOf(queuePair, queuePair.compare(namespace, memory.address(), 0, 1, 5)));
    assertEquals(0, statusOf(queuePair, queuePair.deallocate(namespace, 0, 1000, 6)));
    assertEquals(0, statusOf(queuePair, queuePair.writeZeroes(namespace, 999, 1, 7)));

    Map<String, Integer> expected =
        Map.of(
            "writes", 2,
            "fua_writes", 1,
            "reads", 1,
            "flushes", 1,
            "compares", 1,
            "deallocates", 1,
            "write_zeroes", 1);
    expected.forEach((counter, count) -> assertEquals((long) count, drive.get(counter), counter));
  }

  @Test
  void ringsTheDoorbellOncePerPoll() {
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }
    assertEquals(0, drive.get("doorbells"));
    completions.await(queuePair, DEPTH);
    assertEquals(1, drive.get("doorbells"));
  }

  @Test
  void ringsTheDoorbellAtOnceWhereAskedTo() {
    try (NvmeQueuePair eager = controller.openQueuePair(options.withDelaySubmit(false))) {
      assertEquals(NvmeQueuePair.ACCEPTED, eager.read(namespace, memory.address(), 0, 1, 1));
      assertEquals(1, drive.get("doorbells"));
      completions.await(eager, 1);
      assertEquals(1, drive.get("doorbells"));
    }
  }

  @Test
  void slowCommandsStayInFlight() {
    drive.setPollInterval(5);
    assertEquals(NvmeQueuePair.ACCEPTED, read(1));

    for (int poll = 1; poll < 5; poll++) {
      assertEquals(0, queuePair.poll(completions, 8));
      assertEquals(1, queuePair.inFlight());
    }
    assertEquals(1, queuePair.poll(completions, 8));
    assertEquals(0, queuePair.inFlight());
  }

  @Test
  void deliversNoMoreThanTheLimitAndTheRestLater() {
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }

    assertEquals(3, queuePair.poll(completions, 3));
    assertEquals(3, completions.statuses().size());
    assertEquals(DEPTH - 3, queuePair.inFlight());
    assertEquals(DEPTH - 3, queuePair.poll(completions, 100));
    assertThrows(IllegalArgumentException.class, () -> queuePair.poll(completions, 0));
  }

  @Test
  void deliversWhatSpdkDoesNotCount() {
    for (int uncounted = 1; uncounted <= DEPTH; uncounted++) {
      RecordedCompletions delivered = new RecordedCompletions();
      drive.set("uncounted", uncounted);
      for (int tag = 0; tag < DEPTH; tag++) {
        assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
      }
      // All complete in the first poll; those uncounted are found one by one.
      for (int poll = 0; poll < 1 + 2 * DEPTH; poll++) {
        assertTrue(queuePair.poll(delivered, DEPTH) >= 0);
      }
      assertEquals(DEPTH, delivered.statuses().size(), uncounted + " uncounted");
      assertEquals(0, queuePair.inFlight());
    }
  }

  @Test
  void aHandlerMaySubmit() {
    List<Long> tags = new ArrayList<>();
    NvmeQueuePair.CompletionHandler resubmit =
        (tag, status) -> {
          tags.add(tag);
          if (tag < 100) {
            assertEquals(NvmeQueuePair.ACCEPTED, read(tag + DEPTH));
          }
        };
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }
    while (queuePair.inFlight() > 0) {
      assertTrue(queuePair.poll(resubmit, 3) >= 0);
    }

    assertEquals(108, tags.size());
    assertEquals(108, tags.stream().distinct().count());
  }

  @Test
  void whatAHandlerThrowsGetsOutAndLosesNothing() {
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }
    NvmeQueuePair.CompletionHandler throwing =
        (tag, status) -> {
          completions.onCompletion(tag, status);
          throw new UnsupportedOperationException("tag " + tag);
        };

    for (int left = DEPTH; left > 0; left--) {
      assertEquals(left, queuePair.inFlight());
      assertThrows(UnsupportedOperationException.class, () -> queuePair.poll(throwing, DEPTH));
    }

    assertEquals(DEPTH, completions.statuses().size());
    assertEquals(0, queuePair.inFlight());
    assertEquals(0, queuePair.poll(throwing, DEPTH));
  }

  @Test
  void whatAHandlerThrowsInAnAbortLosesNothing() {
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }
    NvmeQueuePair.CompletionHandler throwing =
        (tag, status) -> {
          throw new UnsupportedOperationException("tag " + tag);
        };

    assertThrows(UnsupportedOperationException.class, () -> queuePair.abort(throwing));

    assertEquals(DEPTH - 1, queuePair.abort(completions));
    completions
        .statuses()
        .forEach((tag, status) -> assertEquals(NvmeStatus.ABORTED_QUEUE_DELETED, status));
  }

  @Test
  void aHandlerMustNotPollAbortOrClose() {
    assertEquals(NvmeQueuePair.ACCEPTED, read(1));
    int delivered =
        queuePair.poll(
            (tag, status) -> {
              assertThrows(IllegalStateException.class, () -> queuePair.poll(completions, 1));
              assertThrows(IllegalStateException.class, () -> queuePair.abort(completions));
              assertThrows(IllegalStateException.class, queuePair::close);
            },
            1);
    assertEquals(1, delivered);
  }

  @Test
  void abortEndsCommandsThatSpdkSaysNothingOf() {
    drive.set("silent_abort", 1);
    for (int tag = 0; tag < DEPTH; tag++) {
      assertEquals(NvmeQueuePair.ACCEPTED, read(tag));
    }

    assertEquals(DEPTH, queuePair.abort(completions));

    completions
        .statuses()
        .forEach((tag, status) -> assertEquals(NvmeStatus.ABORTED_QUEUE_DELETED, status));
    assertEquals(DEPTH, completions.statuses().size());
  }

  @Test
  void abortTellsTheStatusOfWhatCompletedBefore() {
    drive.setPollInterval(2);
    drive.failNext(1, StandInDrive.Opcode.READ, NvmeStatus.INTERNAL_DEVICE_ERROR);
    assertEquals(NvmeQueuePair.ACCEPTED, read(1));
    assertEquals(NvmeQueuePair.ACCEPTED, read(2));
    assertEquals(0, queuePair.poll(completions, 1));
    // Completes one of them, not counted, so that it may not be delivered yet.
    drive.set("uncounted", 1);
    int delivered = queuePair.poll(completions, 1);

    assertEquals(2, delivered + queuePair.abort(completions));

    assertEquals(NvmeStatus.INTERNAL_DEVICE_ERROR, completions.statuses().get(1L));
  }

  @Test
  void aDroppedConnectionFailsSubmissionsAndPolls() {
    assertEquals(NvmeQueuePair.ACCEPTED, read(1));
    drive.dropConnection();

    assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll(completions, 1));
    assertEquals(NvmeQueuePair.DISCONNECTED, read(2));
    assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll(completions, 1));
    assertEquals(1, queuePair.inFlight());
    assertEquals(1, queuePair.abort(completions));
    assertEquals(NvmeStatus.ABORTED_QUEUE_DELETED, completions.statuses().get(1L));
  }

  @Test
  void refusesMemoryThatTheDriveCannotReach() {
    long end = memory.address() + memory.lengthBytes();
    for (long address :
        new long[] {
          0,
          -512,
          512,
          memory.address() + 1,
          memory.address() + 2,
          memory.address() - 512,
          end - 508,
          end,
          Long.MAX_VALUE - 3,
          Long.MIN_VALUE
        }) {
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.read(namespace, address, 0, 1, 1));
      assertThrows(
          IllegalArgumentException.class,
          () -> queuePair.write(namespace, address, 0, 1, false, 1));
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.compare(namespace, address, 0, 1, 1));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> queuePair.read(namespace, memory.address(), 0, 129, 1));
    assertEquals(0, statusOf(queuePair, queuePair.read(namespace, end - 512, 0, 1, 1)));
    assertEquals(0, statusOf(queuePair, queuePair.read(namespace, memory.address(), 0, 128, 1)));
  }

  @Test
  void refusesMemoryThatWasGivenBack() {
    DmaMemory other = spdk.allocate(4096, 4096);
    long address = other.address();
    assertEquals(0, statusOf(queuePair, queuePair.read(namespace, address, 0, 1, 1)));
    other.close();

    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> queuePair.read(namespace, address, 0, 1, 1));

    assertTrue(e.getMessage().contains("register"), e.getMessage());
  }

  @Test
  void refusesSectorsOutsideOfTheNamespaceInEveryCommand() {
    for (long first : new long[] {-1, 1000, 992, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> queuePair.write(namespace, memory.address(), first, 9, false, 1));
      assertThrows(
          IllegalArgumentException.class,
          () -> queuePair.compare(namespace, memory.address(), first, 9, 1));
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.deallocate(namespace, first, 9, 1));
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.writeZeroes(namespace, first, 9, 1));
    }
  }

  @Test
  void refusesMoreZeroesThanOneCommandTakes() {
    try (StandInDrive large = StandInDrive.tcp(512, 70_000);
        NvmeController other = spdk.connect(large.id(), ControllerOptions.defaults());
        NvmeQueuePair pair = other.openQueuePair(options)) {
      NvmeNamespace all = other.namespaces().getFirst();
      assertEquals(
          0, statusOf(pair, pair.writeZeroes(all, 0, NvmeQueuePair.MAX_WRITE_ZEROES_SECTORS, 1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> pair.writeZeroes(all, 0, NvmeQueuePair.MAX_WRITE_ZEROES_SECTORS + 1, 1));
    }
  }

  @Test
  void refusesTheNamespaceOfAnotherController() {
    try (StandInDrive otherDrive = StandInDrive.pcie(512, 1000);
        NvmeController other = spdk.connect(otherDrive.id(), ControllerOptions.defaults())) {
      NvmeNamespace foreign = other.namespaces().getFirst();
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> queuePair.flush(foreign, 1));
      assertTrue(e.getMessage().contains(otherDrive.id().address()), e.getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> queuePair.read(foreign, memory.address(), 0, 1, 1));
    }
  }

  @Test
  void refusesToTransferWithMetadata() {
    NvmeNamespace withMetadata = controller.namespaces().get(1);

    assertEquals(8, withMetadata.metadataBytes());
    assertThrows(
        UnsupportedOperationException.class,
        () -> queuePair.read(withMetadata, memory.address(), 0, 1, 1));
  }

  @Test
  void refusesASecondThreadUntilTheFirstHasEnded() throws InterruptedException {
    assertEquals(0, statusOf(queuePair, read(1)));
    List<Throwable> thrown = new ArrayList<>();
    Thread second =
        new Thread(
            () -> {
              thrown.add(assertThrows(IllegalStateException.class, () -> read(2)));
              thrown.add(
                  assertThrows(IllegalStateException.class, () -> queuePair.poll(completions, 1)));
              thrown.add(assertThrows(IllegalStateException.class, queuePair::close));
            },
            "second");
    second.start();
    second.join();
    assertEquals(3, thrown.size());
    assertTrue(thrown.getFirst().getMessage().contains("'second'"), thrown::toString);

    NvmeQueuePair other = controller.openQueuePair(options);
    List<Integer> results = new ArrayList<>();
    Thread owner = new Thread(() -> results.add(other.read(namespace, memory.address(), 0, 1, 9)));
    owner.start();
    owner.join();
    assertEquals(List.of(NvmeQueuePair.ACCEPTED), results);
    completions.await(other, 1);
    other.close();
  }

  @Test
  void belongsToTheThreadItWasHandedOverToTogetherWithWhatIsInFlight() throws InterruptedException {
    assertEquals(NvmeQueuePair.ACCEPTED, read(1));
    queuePair.handOver();
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch refused = new CountDownLatch(1);
    List<Throwable> failures = new ArrayList<>();
    Thread second =
        new Thread(
            () -> {
              assertEquals(NvmeQueuePair.ACCEPTED, read(2));
              taken.countDown();
              assertTrue(isReached(refused));
              completions.await(queuePair, 2);
            },
            "second");
    second.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
    second.start();
    boolean wasTaken = isReached(taken);

    IllegalStateException e = assertThrows(IllegalStateException.class, () -> read(3));
    refused.countDown();
    second.join();

    assertEquals(List.of(), failures);
    assertTrue(wasTaken);
    assertTrue(e.getMessage().contains("'second'"), e.getMessage());
    assertEquals(Map.of(1L, 0, 2L, 0), completions.statuses());
  }

  private static boolean isReached(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesVirtualThreads() throws InterruptedException {
    List<Throwable> thrown = new ArrayList<>();
    Thread virtual =
        Thread.ofVirtual()
            .start(() -> thrown.add(assertThrows(IllegalStateException.class, () -> read(1))));
    virtual.join();

    assertEquals(1, thrown.size());
    assertEquals(0, statusOf(queuePair, read(1)));
  }

  @Test
  void everythingIsRefusedOnceClosed() {
    queuePair.close();
    queuePair.close();

    assertThrows(IllegalStateException.class, () -> read(1));
    assertThrows(IllegalStateException.class, () -> write(1, false));
    assertThrows(IllegalStateException.class, () -> queuePair.flush(namespace, 1));
    assertThrows(IllegalStateException.class, () -> queuePair.deallocate(namespace, 0, 1, 1));
    assertThrows(IllegalStateException.class, () -> queuePair.writeZeroes(namespace, 0, 1, 1));
    assertThrows(IllegalStateException.class, () -> queuePair.poll(completions, 1));
    assertThrows(IllegalStateException.class, () -> queuePair.abort(completions));
    assertEquals(0, drive.get("queue_pairs"));
  }

  @Test
  @Timeout(60)
  void aThreadThatPollsAllTheTimeKeepsNobodyFromCollectingGarbage() throws InterruptedException {
    StopFlag stop = new StopFlag();
    List<Throwable> failures = new ArrayList<>();
    Thread poller =
        new Thread(
            () -> {
              try (NvmeQueuePair own = controller.openQueuePair(options)) {
                while (!stop.isSet()) {
                  int result = own.poll(completions, DEPTH);
                  if (result != 0) {
                    throw new AssertionError(result);
                  }
                }
              } catch (Throwable t) {
                failures.add(t);
              }
            });
    poller.start();
    for (int i = 0; i < 5; i++) {
      Thread.sleep(20);
      System.gc();
    }
    stop.set();
    poller.join();

    assertEquals(List.of(), failures);
  }

  /** Ends the polling thread. */
  private static final class StopFlag {
    private volatile boolean stopped;

    boolean isSet() {
      return stopped;
    }

    void set() {
      stopped = true;
    }
  }

  @Test
  void queuePairsOfOneControllerWorkSideBySide() throws InterruptedException {
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (NvmeQueuePair own = controller.openQueuePair(options)) {
                  for (int round = 0; round < 2000; round++) {
                    RecordedCompletions mine = new RecordedCompletions();
                    for (int tag = 0; tag < DEPTH; tag++) {
                      assertEquals(
                          NvmeQueuePair.ACCEPTED,
                          own.read(namespace, memory.address(), tag, 1, tag));
                    }
                    mine.await(own, DEPTH);
                  }
                } catch (Throwable t) {
                  failures.add(t);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertEquals(List.of(), failures);
    assertEquals(1, drive.get("queue_pairs"));
  }

  private int read(long tag) {
    return queuePair.read(namespace, memory.address(), 0, 1, tag);
  }

  private int write(long tag, boolean forceUnitAccess) {
    return queuePair.write(namespace, memory.address(), 0, 1, forceUnitAccess, tag);
  }
}
