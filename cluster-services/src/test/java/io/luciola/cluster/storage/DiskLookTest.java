package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.luciola.cluster.config.ConfigException;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.service.NodeGrant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looks at disks by configurations and a Mgmtd that are scripted. */
@Timeout(120)
class DiskLookTest {

  @TempDir Path folder;

  private final AtomicLong asked = new AtomicLong();
  private final Queue<List<String>> announced = new ConcurrentLinkedQueue<>();

  /** What announcing fails with, one after the other. */
  private final Queue<RuntimeException> refusals = new ConcurrentLinkedQueue<>();

  private volatile Supplier<StorageConfig> configuration = () -> config(disk(0), disk(1));
  private NodeDisks disks;
  private StorageServer server;
  private DiskLook look;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectory(folder.resolve("disk1"));
    start("shared");
  }

  private void start(String threading) throws Exception {
    StorageConfig config = configOf(threading, disk(0), disk(1));
    configuration = () -> config;
    disks = NodeDisks.open(config);
    StorageNode node =
        new StorageNode(
            1,
            "127.0.0.1",
            0,
            disks.all(),
            disks,
            new EmptyCluster(),
            LoopbackCluster.OPTIONS,
            System::nanoTime);
    server = StorageServer.start(node);
    look = DiskLook.start(() -> configuration.get(), disks, node, asked::get, this::onAnnouncement);
  }

  @AfterEach
  void stop() {
    server.close();
    look.close();
  }

  private void onAnnouncement(List<Disk> now) {
    RuntimeException refusal = refusals.poll();
    if (refusal != null) {
      throw refusal;
    }
    announced.add(now.stream().map(Disk::getDevice).toList());
  }

  private String disk(int number) {
    return "uring:" + folder.resolve("disk" + number);
  }

  private static StorageConfig config(String... specs) {
    return configOf("shared", specs);
  }

  private static StorageConfig configOf(String threading, String... specs) {
    return new StorageConfig(
        1,
        new HostPort("127.0.0.1", 0),
        List.of(new HostPort("127.0.0.1", 1)),
        List.of(specs),
        "64MiB",
        true,
        threading,
        null,
        null,
        null);
  }

  /** Returns what was refused. */
  private String lookAt(String... specs) {
    configuration = () -> config(specs);
    return lookNow();
  }

  private String lookNow() {
    long number = asked.incrementAndGet();
    long endNs = System.nanoTime() + 60_000_000_000L;
    while (look.last().number() != number) {
      assertTrue(System.nanoTime() < endNs, "look " + number + " does not end");
      LockSupport.parkNanos(5_000_000);
    }
    return look.last().refusal();
  }

  private List<String> serving() {
    return server.node().ask(disks::slots).join().stream()
        .filter(NodeDisks.Slot::serves)
        .map(NodeDisks.Slot::spec)
        .toList();
  }

  @Test
  void aFurtherDiskIsOpenedAndAnnounced() {
    assertEquals(0, look.last().number(), "nobody has asked");
    assertEquals("", lookAt(disk(0), disk(1), disk(2)), "what cannot be opened is in the reports");
    assertEquals(List.of(disk(0), disk(2)), serving());
    assertEquals(List.of(List.of(disk(0), disk(2))), List.copyOf(announced));
    assertEquals("", lookNow());
    assertEquals(1, announced.size(), "there was nothing new");
  }

  @Test
  void aDiskWithAThreadOfItsOwnIsOpenedToo() throws Exception {
    stop();
    start("dedicated");
    assertEquals("", lookAt(disk(0), disk(1), disk(2)));
    assertEquals(List.of(disk(0), disk(2)), serving());
  }

  @Test
  void aSlotThatCouldNotBeOpenedIsTriedAgain() throws IOException {
    assertEquals("", lookNow());
    assertEquals(List.of(disk(0)), serving());
    assertEquals(0, announced.size());
    Files.delete(folder.resolve("disk1"));
    assertEquals("", lookNow());
    assertEquals(List.of(disk(0), disk(1)), serving());
    assertEquals(List.of(List.of(disk(0), disk(1))), List.copyOf(announced));
  }

  @Test
  void aFileThatCannotBeReadIsRefusedAsAWhole() {
    configuration =
        () -> {
          throw new ConfigException("storage.toml, line 3: what is this?");
        };
    assertEquals("storage.toml, line 3: what is this?", lookNow());
    assertEquals(List.of(disk(0)), serving());
    assertEquals("", lookAt(disk(0), disk(1), disk(2)), "the next one is good");
  }

  @Test
  void slotsThatServeAreNeitherExchangedNorTakenAway() {
    String changed = lookAt(disk(5), disk(1));
    assertTrue(
        changed.contains("slot 0 serves " + disk(0) + " and is to have " + disk(5)), changed);
    assertEquals("", lookAt(disk(0), disk(1), disk(2)));
    String removed = lookAt(disk(0));
    assertTrue(removed.contains("slot 1, " + disk(1) + ", is not in the configuration"), removed);
    assertTrue(removed.contains("slot 2, " + disk(2) + ", is not in the configuration"), removed);
    assertEquals(List.of(disk(0), disk(2)), serving());
  }

  @Test
  void aDiskThatServesIsNotOpenedTwice() {
    assertEquals("", lookAt(disk(0), disk(1), disk(0)));
    assertEquals(List.of(disk(0)), serving());
  }

  @Test
  void aFailedDiskThatIsStillInUseIsRefused() {
    io.luciola.cluster.storage.Disk failed = disks.all().getFirst();
    server
        .node()
        .ask(
            () -> {
              disks.onFailed(failed, "planted");
              return true;
            })
        .join();
    String refusal = lookNow();
    assertTrue(refusal.contains(disk(0) + " has failed and is still in use"), refusal);
  }

  @Test
  void whatNobodyExpectsEndsTheLookAndIsSaid() {
    configuration =
        () -> {
          throw new IllegalStateException("planted, this is a test");
        };
    String refusal = lookNow();
    assertTrue(refusal.contains("planted, this is a test"), refusal);
    assertEquals("", lookAt(disk(0), disk(1), disk(2)), "the next one is good");
  }

  @Test
  void aMgmtdThatIsAwayIsToldLater() {
    refusals.add(new MgmtdUnavailableException("it is away"));
    refusals.add(new MgmtdUnavailableException("it is away"));
    assertEquals("", lookAt(disk(0), disk(1), disk(2)));
    assertEquals(1, announced.size());
  }

  @Test
  void whatMgmtdRefusesIsSaidAndTheNextLookAnnouncesAgain() {
    refusals.add(Status.INVALID_ARGUMENT.withDescription("no such luck").asRuntimeException());
    String refusal = lookAt(disk(0), disk(1), disk(2));
    assertTrue(refusal.contains("no such luck"), refusal);
    assertEquals(List.of(disk(0), disk(2)), serving(), "they are open all the same");
    assertEquals("", lookNow());
    assertEquals(List.of(List.of(disk(0), disk(2))), List.copyOf(announced));
  }

  @Test
  void aLookEndsWithItsNode() throws Exception {
    CountDownLatch reads = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    configuration =
        () -> {
          reads.countDown();
          awaitAnyway(ended);
          return config(disk(0), disk(1), disk(2));
        };
    asked.set(1);
    reads.await();
    server.close();
    ended.countDown();
    look.close();
    assertEquals(0, look.last().number());
    assertFalse(Files.exists(folder.resolve("disk2")), "it was not begun");
  }

  @Test
  void aLookThatWaitsForMgmtdEndsWithItsService() {
    for (int i = 0; i < 10_000; i++) {
      refusals.add(new MgmtdUnavailableException("it is away"));
    }
    configuration = () -> config(disk(0), disk(1), disk(2));
    asked.set(1);
    while (refusals.size() == 10_000) {
      LockSupport.parkNanos(5_000_000);
    }
    look.close();
    assertEquals(0, look.last().number());
  }

  @Test
  void buffersOfANodeThatHasEndedAreNotShared() {
    io.luciola.cluster.storage.Disk any = disks.all().getFirst();
    server.close();
    assertThrows(CancellationException.class, () -> server.node().shareBuffers(any));
  }

  private static void awaitAnyway(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException goesOn) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has no targets for anybody. */
  private static final class EmptyCluster implements ClusterView {
    private final NodeGrant grant = NodeGrant.none(0);

    @Override
    public RoutingTable routing() {
      return RoutingTable.EMPTY;
    }

    @Override
    public NodeGrant grant() {
      return grant;
    }

    @Override
    public void suspect(int nodeId) {
      throw new AssertionError("it has no peers");
    }
  }
}
