package io.luciola.cluster.mgmtd;

import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.kv.ConfiguredStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.service.ControlServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Mgmtd with its store, serving: as the primary, or as a standby that says who the primary is and
 * takes over when that one is gone.
 */
public final class MgmtdServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MgmtdServer.class);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(300);
  private static final long LEASE_STEP_NS = 50_000_000;

  private final KeyValueStore store;
  private final PrimaryRole role;
  private final ControlServer server;

  private MgmtdServer(KeyValueStore store, PrimaryRole role, ControlServer server) {
    this.store = store;
    this.role = role;
    this.server = server;
  }

  /** Opens the store and starts to serve. */
  public static MgmtdServer start(MgmtdConfig config) throws IOException {
    SecureRandom random = new SecureRandom();
    KeyValueStore store = ConfiguredStore.open(config.dataDir(), config.kv(), random);
    PrimaryCalls calls = new PrimaryCalls();
    MgmtdGrpcService service = new MgmtdGrpcService(calls, config.placement().storageNodes());
    ControlServer server = null;
    try {
      HeartbeatConnections connections = new HeartbeatConnections(service::suspect);
      server =
          ControlServer.start(
              config.listen(),
              service,
              builder ->
                  builder
                      .addService(new AdminGrpcService(calls))
                      .addTransportFilter(connections)
                      .intercept(connections));
      PrimaryRole role = role(config, store, random.nextLong(), server.address());
      role.start();
      calls.serve(role);
      LOG.info("Mgmtd serves at {}", server.address());
      return new MgmtdServer(store, role, server);
    } catch (IOException | RuntimeException failure) {
      if (server != null) {
        server.close();
      }
      store.close();
      throw failure;
    }
  }

  private static PrimaryRole role(
      MgmtdConfig config, KeyValueStore store, long holderId, HostPort address) {
    HostPort reachable = config.advertise() == null ? address : config.advertise();
    PrimaryLease lease =
        new PrimaryLease(
            store,
            holderId,
            reachable.isWildcard() ? "" : reachable.toString(),
            PrimaryLeaseOptions.defaults(config.kv() == null),
            new TcpProber(PROBE_TIMEOUT),
            System::nanoTime);
    return new PrimaryRole(
        lease,
        term ->
            new MembershipDriver(
                term,
                config,
                new ClusterState(
                    new RoutingStore(store, transaction -> lease.fence(transaction, term)),
                    new FirstPlacement(config.placement())),
                new TcpProber(PROBE_TIMEOUT),
                System::nanoTime),
        LEASE_STEP_NS);
  }

  /** Where it serves. */
  public HostPort address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
    role.close();
    store.close();
    LOG.info("Mgmtd stopped");
  }
}
