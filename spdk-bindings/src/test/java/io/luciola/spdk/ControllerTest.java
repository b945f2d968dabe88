package io.luciola.spdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Life and death of controllers, on the stand-in. */
class ControllerTest {

  private static final ControllerOptions OPTIONS = ControllerOptions.defaults();
  private static final QueuePairOptions QUEUE = QueuePairOptions.ofDepth(4);

  private final Spdk spdk = StandInSpdk.start();

  @Test
  void tellsWhatTheDriveSaysOfItself() {
    try (StandInDrive drive = StandInDrive.pcie(4096, 1000)) {
      drive.setVolatileWriteCache(true).setAtomicWriteUnitPowerFailBlocks(8);
      drive.set("optional_commands", 1 << 2).set("atomic_write_unit", 15).set("numa_node", 1);
      try (NvmeController controller = spdk.connect(drive.id(), OPTIONS)) {
        assertEquals(
            new ControllerInfo(
                0x1b36,
                7,
                "STANDIN0001",
                "Memory in place of a drive",
                "1.0",
                "nqn.2026-01.io.example:stand-in",
                "1.4",
                true,
                false,
                true,
                false,
                16,
                8,
                1),
            controller.info());
        NvmeNamespace namespace = controller.namespaces().getFirst();
        assertEquals(8 * 4096, namespace.atomicWriteBytes());
        assertEquals(4096, namespace.sectorBytes());
        assertEquals(1000, namespace.sectors());
        assertEquals(131072, namespace.maxTransferBytes());
      }
    }
  }

  @Test
  void aNamespaceMayWriteMoreAtOnceThanItsController() {
    try (StandInDrive drive = StandInDrive.pcie(512, 1000)) {
      drive.setAtomicWriteUnitPowerFailBlocks(1);
      drive.set("namespace_atomic_write_unit_power_fail", 31);
      try (NvmeController controller = spdk.connect(drive.id(), OPTIONS)) {
        assertEquals(1, controller.info().atomicWriteUnitPowerFailBlocks());
        assertEquals(32 * 512, controller.namespaces().getFirst().atomicWriteBytes());
      }
    }
  }

  @Test
  void aDriveThatIsNotLocalHasNoNumaNode() {
    try (StandInDrive drive = StandInDrive.tcp(512, 1000).set("numa_node", 1);
        NvmeController controller = spdk.connect(drive.id(), OPTIONS)) {
      assertEquals(-1, controller.info().numaNode());
    }
  }

  @Test
  void listsNamespacesInOrder() {
    try (StandInDrive drive =
            StandInDrive.pcie(512, 10).addNamespace(4096, 20, 0).addNamespace(512, 30, 8);
        NvmeController controller = spdk.connect(drive.id(), OPTIONS)) {
      List<NvmeNamespace> namespaces = controller.namespaces();

      assertEquals(List.of(1, 2, 3), namespaces.stream().map(NvmeNamespace::id).toList());
      assertEquals(20 * 4096, namespaces.get(1).sizeBytes());
      assertEquals(8, namespaces.get(2).metadataBytes());
      assertTrue(
          namespaces.get(1).toString().contains(drive.id().address()), namespaces.get(1)::toString);
    }
  }

  @Test
  void saysWhatToDoWhenThereIsNoSuchDrive() {
    SpdkException local =
        assertThrows(
            SpdkException.class, () -> spdk.connect(TransportId.pcie("0bad:00:00.0"), OPTIONS));
    assertTrue(local.getMessage().contains("0bad:00:00.0"), local.getMessage());
    assertTrue(local.getMessage().contains("vfio-pci"), local.getMessage());

    SpdkException remote =
        assertThrows(
            SpdkException.class,
            () -> spdk.connect(TransportId.tcp("127.0.0.1", 1, "nqn.none"), OPTIONS));
    assertTrue(remote.getMessage().contains("nqn.none"), remote.getMessage());
    assertTrue(remote.getMessage().contains("target"), remote.getMessage());
  }

  @Test
  void refusesWhatCannotBeConnected() {
    assertThrows(
        IllegalArgumentException.class, () -> spdk.connect(TransportId.allLocal(), OPTIONS));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            spdk.connect(
                new TransportId(TransportId.Kind.RDMA, "10.0.0.1", "4420", "nqn.a"), OPTIONS));
  }

  @Test
  void connectsADriveOnceAtATime() {
    try (StandInDrive drive = StandInDrive.pcie(512, 1000)) {
      NvmeController first = spdk.connect(drive.id(), OPTIONS);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> spdk.connect(drive.id(), OPTIONS));
      assertTrue(e.getMessage().contains("already"), e.getMessage());
      first.close();
      spdk.connect(drive.id(), OPTIONS).close();
      assertEquals(0, drive.get("attached"));
    }
  }

  @Test
  void closesOnlyWithoutQueuePairs() {
    try (StandInDrive drive = StandInDrive.pcie(512, 1000)) {
      NvmeController controller = spdk.connect(drive.id(), OPTIONS);
      NvmeQueuePair queuePair = controller.openQueuePair(QUEUE);

      assertThrows(IllegalStateException.class, controller::close);
      queuePair.close();
      controller.close();
      controller.close();

      assertEquals(NvmeController.State.CLOSED, controller.state());
      assertThrows(IllegalStateException.class, () -> controller.openQueuePair(QUEUE));
      assertThrows(IllegalStateException.class, controller::processAdmin);
      assertThrows(IllegalStateException.class, controller::reset);
    }
  }

  @Test
  void saysWhenThereAreNoMoreQueuePairs() {
    try (StandInDrive drive = StandInDrive.pcie(512, 1000).set("max_queue_pairs", 2);
        NvmeController controller = spdk.connect(drive.id(), OPTIONS)) {
      NvmeQueuePair first = controller.openQueuePair(QUEUE);
      NvmeQueuePair second = controller.openQueuePair(QUEUE);
      SpdkException e = assertThrows(SpdkException.class, () -> controller.openQueuePair(QUEUE));
      assertTrue(e.getMessage().contains("2 open"), e.getMessage());
      first.close();
      controller.openQueuePair(QUEUE).close();
      second.close();
    }
  }

  @Test
  void adminPollsKeepTheConnection() {
    try (StandInDrive drive = StandInDrive.tcp(512, 1000);
        NvmeController controller = spdk.connect(drive.id(), OPTIONS);
        NvmeQueuePair queuePair = controller.openQueuePair(QUEUE)) {
      drive.setKeepAlivePolls(10);
      NvmeQueuePair.CompletionHandler nothing = (tag, status) -> {};
      for (int i = 0; i < 100; i++) {
        assertEquals(0, queuePair.poll(nothing, 1));
        if (i % 10 == 9) {
          assertEquals(0, controller.processAdmin());
        }
      }
      for (int i = 0; i < 10; i++) {
        assertEquals(0, queuePair.poll(nothing, 1));
      }
      assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll(nothing, 1));
      assertTrue(controller.processAdmin() < 0);
      assertEquals(NvmeController.State.FAILED, controller.state());

      controller.reset();

      assertEquals(NvmeController.State.CONNECTED, controller.state());
      assertEquals(0, controller.processAdmin());
    }
  }

  @Test
  void aResetThatFailsSaysSo() {
    try (StandInDrive drive = StandInDrive.pcie(512, 1000);
        NvmeController controller = spdk.connect(drive.id(), OPTIONS)) {
      drive.setResetResult(-110);
      SpdkException e = assertThrows(SpdkException.class, controller::reset);
      assertEquals(110, e.errno());
      assertEquals(NvmeController.State.FAILED, controller.state());
      assertThrows(SpdkException.class, () -> controller.openQueuePair(QUEUE));

      drive.setResetResult(0);
      controller.reset();

      controller.openQueuePair(QUEUE).close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRemovedDriveFailsAloneAndCanComeBack(boolean local) {
    try (StandInDrive drive = local ? StandInDrive.pcie(512, 1000) : StandInDrive.tcp(512, 1000);
        StandInDrive other = StandInDrive.pcie(512, 1000);
        DmaMemory memory = spdk.allocate(4096, 4096);
        NvmeController otherController = spdk.connect(other.id(), OPTIONS);
        NvmeQueuePair otherPair = otherController.openQueuePair(QUEUE)) {
      NvmeController controller = spdk.connect(drive.id(), OPTIONS);
      NvmeNamespace namespace = controller.namespaces().getFirst();
      NvmeQueuePair queuePair = controller.openQueuePair(QUEUE);
      assertEquals(NvmeQueuePair.ACCEPTED, queuePair.read(namespace, memory.address(), 0, 1, 1));
      drive.remove();
      RecordedCompletions completions = new RecordedCompletions();
      assertEquals(0, queuePair.poll(completions, 4));

      assertTrue(controller.processAdmin() < 0);

      assertEquals(
          local ? NvmeController.State.REMOVED : NvmeController.State.FAILED, controller.state());
      assertEquals(local ? 0x402 : 0, drive.get("pci_command"), "no DMA into memory of others");
      assertTrue(controller.processAdmin() < 0);
      assertThrows(SpdkException.class, controller::reset);
      assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll(completions, 4));
      assertEquals(1, queuePair.abort(completions));
      queuePair.close();
      controller.close();
      assertThrows(SpdkException.class, () -> spdk.connect(drive.id(), OPTIONS));
      assertEquals(
          0,
          RecordedCompletions.statusOf(
              otherPair,
              otherPair.read(otherController.namespaces().getFirst(), memory.address(), 0, 1, 1)));

      drive.plugIn();
      spdk.connect(drive.id(), OPTIONS).close();
    }
  }

  @Test
  void aResetFromAnotherThreadIsSeenByTheOwner() throws InterruptedException {
    try (StandInDrive drive = StandInDrive.pcie(512, 1000);
        NvmeController controller = spdk.connect(drive.id(), OPTIONS);
        NvmeQueuePair queuePair = controller.openQueuePair(QUEUE)) {
      assertEquals(0, queuePair.poll((tag, status) -> {}, 1));
      List<Throwable> failures = new ArrayList<>();
      Thread other =
          new Thread(
              () -> {
                try {
                  controller.reset();
                } catch (RuntimeException e) {
                  failures.add(e);
                }
              });
      other.start();
      other.join();

      assertEquals(List.of(), failures);
      assertEquals(NvmeQueuePair.DISCONNECTED, queuePair.poll((tag, status) -> {}, 1));
    }
  }

  @Test
  void listsLocalControllersWithoutAttachingThem() {
    try (StandInDrive first = StandInDrive.pcie(512, 10);
        StandInDrive second = StandInDrive.pcie(512, 10);
        StandInDrive removed = StandInDrive.pcie(512, 10);
        StandInDrive remote = StandInDrive.tcp(512, 10)) {
      removed.remove();

      List<TransportId> found = spdk.probe(TransportId.allLocal());

      assertTrue(found.containsAll(List.of(first.id(), second.id())), found::toString);
      assertFalse(found.contains(removed.id()));
      assertFalse(found.contains(remote.id()));
      assertEquals(0, first.get("attached"));
      assertEquals(List.of(first.id()), spdk.probe(first.id()));
    }
  }

  @Test
  void listsWhatADiscoveryServiceKnows() {
    try (StandInDrive first = StandInDrive.tcp(512, 10);
        StandInDrive second = StandInDrive.tcp(512, 10)) {
      List<TransportId> found = spdk.probe(TransportId.discovery("127.0.0.1", 4420));

      assertTrue(found.containsAll(List.of(first.id(), second.id())), found::toString);
    }
    SpdkException e =
        assertThrows(SpdkException.class, () -> spdk.probe(TransportId.discovery("127.0.0.1", 9)));
    assertTrue(e.getMessage().contains("trsvcid:9 "), e.getMessage());
  }
}
