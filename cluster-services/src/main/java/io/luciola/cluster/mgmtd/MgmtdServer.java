package io.luciola.cluster.mgmtd;

import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.kv.EmbeddedOptions;
import io.luciola.cluster.kv.EmbeddedStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.service.ControlServer;
import java.io.IOException;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Mgmtd with its store, serving. */
public final class MgmtdServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MgmtdServer.class);
  private static final long ALIVE_WITHIN_NS = 2_000_000_000L;

  private final KeyValueStore store;
  private final ControlServer server;

  private MgmtdServer(KeyValueStore store, ControlServer server) {
    this.store = store;
    this.server = server;
  }

  /** Opens the store and starts to serve. */
  public static MgmtdServer start(MgmtdConfig config) throws IOException {
    KeyValueStore store =
        new EmbeddedStore(
            config.dataDir(), EmbeddedOptions.DEFAULT, System::nanoTime, new SecureRandom());
    try {
      ClusterState state =
          new ClusterState(new RoutingStore(store), new FirstPlacement(config.placement()));
      Liveness liveness = new Liveness(ALIVE_WITHIN_NS, System::nanoTime);
      ControlServer server =
          ControlServer.start(
              config.listen(),
              new MgmtdGrpcService(state, liveness, config.placement().storageNodes()));
      LOG.info(
          "Mgmtd serves at {}, routing version {}", server.address(), state.map().getVersion());
      return new MgmtdServer(store, server);
    } catch (IOException | RuntimeException failure) {
      store.close();
      throw failure;
    }
  }

  /** Where it serves. */
  public HostPort address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
    store.close();
    LOG.info("Mgmtd stopped");
  }
}
