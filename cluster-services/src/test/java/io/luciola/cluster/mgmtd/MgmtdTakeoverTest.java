package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.KvConfig;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.kv.KvServer;
import io.luciola.cluster.mgmtd.proto.GetRoutingResponse;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several Mgmtds, and clients that have to find the right one. */
class MgmtdTakeoverTest {

  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final Duration CALL = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  private <T extends AutoCloseable> T closedLater(T resource) {
    open.addFirst(resource);
    return resource;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
  }

  @Test
  void aStandbySendsClientsToThePrimaryAndTakesOverFromIt() throws Exception {
    KvServer kv = closedLater(KvServer.start(new KvConfig(ANY_PORT, directory.resolve("kv"))));
    MgmtdServer first = sharing(kv.address());
    MgmtdServer second = closedLater(sharing(kv.address()));
    MgmtdClient client =
        closedLater(new MgmtdClient(new ClusterSpec(List.of(second.address(), first.address()))));
    for (int id = 1; id <= 3; id++) {
      closedLater(new StandInNode(id, second.address(), first.address()));
    }
    RoutingMap map = client.routing(0, Duration.ZERO, CALL).getRouting();
    assertEquals(3, map.getNodesCount());
    first.close();
    GetRoutingResponse after = client.routing(map.getVersion(), CALL, CALL);
    assertTrue(after.getRouting().getVersion() > map.getVersion());
    assertEquals(map.getChainsList(), after.getRouting().getChainsList());
    assertTrue(!after.getDelta());
  }

  private static MgmtdServer sharing(HostPort kv) throws IOException {
    return MgmtdServer.start(
        new MgmtdConfig(ANY_PORT, null, null, kv, new PlacementConfig(3, 3, 1, 1), null));
  }

  @Test
  void aMgmtdIsFoundAgainWhenItsNameGetsAnotherAddress() throws Exception {
    MgmtdServer mgmtd = owning(ANY_PORT);
    int port = mgmtd.address().port();
    List<InetAddress> addresses = new ArrayList<>(List.of(InetAddress.ofLiteral("127.0.0.1")));
    MgmtdClient client =
        closedLater(
            new MgmtdClient(
                ClusterSpec.parse("mgmtd.example:" + port),
                host -> List.copyOf(addresses),
                System::nanoTime));
    client.status(CALL);
    mgmtd.close();
    closedLater(owning(new HostPort("127.0.0.2", port)));
    addresses.set(0, InetAddress.ofLiteral("127.0.0.2"));
    client.status(Duration.ofSeconds(5));
  }

  @Test
  void addressesThatNeverAnswerDoNotKeepAClientFromTheOneThatDoes() throws Exception {
    MgmtdServer mgmtd = closedLater(owning(ANY_PORT));
    int port = mgmtd.address().port();
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = 2; i <= 5; i++) {
      InetAddress address = InetAddress.ofLiteral("127.0.0." + i);
      blackHole(address, port);
      addresses.add(address);
    }
    addresses.add(InetAddress.ofLiteral("127.0.0.1"));
    MgmtdClient client =
        closedLater(
            new MgmtdClient(
                ClusterSpec.parse("mgmtd.example:" + port), host -> addresses, System::nanoTime));
    client.status(Duration.ofSeconds(5));
  }

  private MgmtdServer owning(HostPort listen) throws IOException {
    return MgmtdServer.start(
        MgmtdConfig.embedded(listen, directory.resolve("mgmtd"), new PlacementConfig(1, 1, 1, 1)));
  }

  /** Listens, but its queue of connections is full. */
  private void blackHole(InetAddress address, int port) throws IOException {
    ServerSocket socket = closedLater(new ServerSocket(port, 1, address));
    for (int i = 0; i < 8; i++) {
      Socket filler = closedLater(new Socket());
      try {
        filler.connect(new InetSocketAddress(address, port), 100);
      } catch (java.net.SocketTimeoutException full) {
        assertTrue(socket.isBound());
        return;
      }
    }
    throw new AssertionError("the queue of " + address + " does not fill");
  }
}
