package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.Chain;
import io.luciola.chaintable.ChainTarget;
import io.luciola.chaintable.PublicTargetState;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.routing.RoutingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A real Mgmtd over sockets, with three nodes that hold nothing; one chain over all of them. */
final class StandInCluster implements AutoCloseable {

  static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int EXPECTED_NODES = 3;

  final MgmtdClient client;
  private final Path directory;
  private final Duration failureTimeout;
  private final List<StandInNode> nodes = new ArrayList<>();
  private MgmtdServer mgmtd;

  /** Returns when all nodes follow the map. */
  StandInCluster(Path directory, Duration failureTimeout) throws IOException {
    this(directory, failureTimeout, EXPECTED_NODES);
    await("all nodes follow", () -> nodes.stream().allMatch(node -> node.table().version() > 0));
  }

  private StandInCluster(Path directory, Duration failureTimeout, int count) throws IOException {
    this.directory = directory;
    this.failureTimeout = failureTimeout;
    mgmtd = startMgmtd(new HostPort("127.0.0.1", 0));
    client = new MgmtdClient(new ClusterSpec(List.of(mgmtd.address())));
    for (int id = 1; id <= count; id++) {
      nodes.add(new StandInNode(id, mgmtd.address()));
    }
  }

  /** Node 1 alone, which is not enough for a chain table. */
  static StandInCluster withoutTable(Path directory, Duration failureTimeout) throws IOException {
    return new StandInCluster(directory, failureTimeout, 1);
  }

  private MgmtdServer startMgmtd(HostPort listen) throws IOException {
    return MgmtdServer.start(
        new MgmtdConfig(
            listen,
            null,
            directory.resolve("mgmtd"),
            null,
            new PlacementConfig(EXPECTED_NODES, 3, 1, 1),
            (int) failureTimeout.toMillis()));
  }

  /** Another Mgmtd becomes the primary, at the same place. */
  void takeOver() throws IOException {
    HostPort address = mgmtd.address();
    mgmtd.close();
    mgmtd = startMgmtd(address);
  }

  /** A node by its id, from 1 on. */
  StandInNode node(int id) {
    return nodes.get(id - 1);
  }

  List<StandInNode> nodes() {
    return List.copyOf(nodes);
  }

  /** A node's next process. */
  void startNode(int id) throws IOException {
    nodes.set(id - 1, new StandInNode(id, mgmtd.address()));
  }

  RoutingMap map() {
    return client.status(CALL).getRouting();
  }

  /** A node as the map has it. */
  Node inMap(int nodeId) {
    return map().getNodesList().stream()
        .filter(node -> node.getId() == nodeId)
        .findFirst()
        .orElseThrow();
  }

  Chain chain() {
    return RoutingTable.of(map()).chains().getFirst().chain();
  }

  /** The state of a node's target in the chain. */
  PublicTargetState state(int nodeId) {
    RoutingTable table = RoutingTable.of(map());
    for (ChainTarget target : table.chains().getFirst().chain().targets()) {
      if (table.nodeOf(target.targetId()) == nodeId) {
        return target.state();
      }
    }
    throw new AssertionError("node " + nodeId + " has no target in the chain");
  }

  /** Waits until something is so. */
  static void await(String what, BooleanSupplier condition) {
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, "in vain: " + what);
      try {
        Thread.sleep(10);
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (StandInNode node : nodes) {
      node.close();
    }
    client.close();
    mgmtd.close();
  }
}
