package io.luciola.cluster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.LocalTargetState;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Targets that nodes get and lose, also with work under way and with disks that fail. */
@Timeout(120)
class TargetHostingTest {

  private static final int CHUNK_BYTES = 65536;
  private static final int IO_BYTES = 4096;
  private static final DataPathOptions PATIENT =
      DataPathOptions.DEFAULTS.withDeadlineNs(60_000_000_000L);
  private static final DataPathOptions HASTY =
      DataPathOptions.DEFAULTS.withDeadlineNs(500_000_000L);

  /** Its head is on node 1, then come nodes 2 and 3. */
  private static final FileLayout FIRST_CHAIN = FileLayout.whole(CHUNK_BYTES, new int[] {1});

  private static final long HEAD = LoopbackCluster.targetId(1, 0);

  final InMemoryChunkEngine.Content[][] contents = LoopbackCluster.contents(3, 1);
  private final long memory = Memory.allocate(IO_BYTES);
  LoopbackCluster cluster;

  /** Whose thread runs the disks' engines: the node's. */
  Disk onThread(Disk disk) {
    return disk;
  }

  @BeforeEach
  void start() {
    cluster = LoopbackCluster.inMemory(contents, this::onThread);
  }

  @AfterEach
  void stop() {
    cluster.close();
    Memory.free(memory, IO_BYTES);
  }

  @Test
  void aTargetThatLeavesTheMapIsLetGoOf() {
    assertEquals(IO_BYTES, write(PATIENT, FIRST_CHAIN));
    assertTrue(cluster.holds(1, HEAD));
    cluster.forget(1, 0);
    await("it is let go of", () -> !cluster.holds(1, HEAD));
    assertEquals(2, cluster.usage(1).size(), "its other targets are there");
    assertEquals(IO_BYTES, write(PATIENT, FIRST_CHAIN), "the others of its chain take its part");
    assertEquals(IO_BYTES, write(PATIENT, cluster.layout(CHUNK_BYTES)));
  }

  @Test
  void updatesOfATargetThatLeavesTheMapEnd() {
    leaveAnUpdateUnderWay();
    cluster.forget(1, 0);
    await("it is let go of", () -> !cluster.holds(1, HEAD));
    assertEquals(0, cluster.underWay(1));
  }

  @Test
  void whatWasUnderWayEndsWhenADiskIsBackBeforeItsChainsGoOnWithoutIt() {
    leaveAnUpdateUnderWay();
    failDisk(1);
    contents[0][0].fails = false;
    cluster.reopen(1, 0);
    assertTrue(allAre(1, LocalTargetState.OFFLINE), "its chains do not know yet");
    cluster.setState(1, PublicTargetState.OFFLINE);
    await("its targets are back", () -> allAre(1, LocalTargetState.ONLINE));
    await("nothing of before is under way", () -> cluster.underWay(1) == 0);
  }

  @Test
  void aReplicaWhoseDiskHasFailedCallsNobodyRefilled() {
    assertEquals(IO_BYTES, write(PATIENT, FIRST_CHAIN));
    cluster.stop(3);
    cluster.setState(3, PublicTargetState.OFFLINE);
    contents[2][0] = new InMemoryChunkEngine.Content();
    failDisk(1);
    failDisk(2);
    cluster.start(3);
    cluster.setState(3, PublicTargetState.SYNCING);
    long endNs = System.nanoTime() + 700_000_000L;
    while (System.nanoTime() < endNs) {
      assertTrue(
          cluster.usage(3).stream().noneMatch(TargetUsage::upToDate), "it is empty, and serves");
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void aTargetWithoutAChainIsOutWithItsDisk() {
    cluster.stop(1);
    cluster.makeSpare(1, 0);
    cluster.start(1);
    cluster.publish();
    await("it is held", () -> stateOf(1, HEAD) == LocalTargetState.ONLINE);
    failDisk(1);
    contents[0][0].fails = false;
    cluster.reopen(1, 0);
    await("it is held again", () -> stateOf(1, HEAD) == LocalTargetState.ONLINE);
  }

  /** The head has a write that its successor cannot take. */
  private void leaveAnUpdateUnderWay() {
    assertEquals(IO_BYTES, write(PATIENT, FIRST_CHAIN));
    cluster.stop(2);
    assertEquals(-Errno.EIO, write(HASTY, FIRST_CHAIN));
    assertFalse(cluster.underWay(1) == 0, "it is tried for ever");
  }

  private void failDisk(int node) {
    contents[node - 1][0].fails = true;
    cluster.publish();
    await("its targets are out", () -> allAre(node, LocalTargetState.OFFLINE));
  }

  private boolean allAre(int node, LocalTargetState state) {
    return cluster.usage(node).stream().allMatch(usage -> usage.state() == state);
  }

  private LocalTargetState stateOf(int node, long targetId) {
    return cluster.usage(node).stream()
        .filter(usage -> usage.targetId() == targetId)
        .map(TargetUsage::state)
        .findFirst()
        .orElse(LocalTargetState.INVALID);
  }

  private int write(DataPathOptions options, FileLayout layout) {
    try (ChainDataPath path = cluster.dataPath(options)) {
      Memory.fill(memory, IO_BYTES, (byte) 7);
      return path.writeNow(layout, 1, 0, IO_BYTES, memory);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, what);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
