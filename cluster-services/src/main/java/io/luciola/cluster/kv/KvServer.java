package io.luciola.cluster.kv;

import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.KvConfig;
import io.luciola.cluster.service.ControlServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An embedded store that serves other processes, such as several Mgmtds. */
public final class KvServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KvServer.class);

  private final EmbeddedStore store;
  private final ControlServer server;

  private KvServer(EmbeddedStore store, ControlServer server) {
    this.store = store;
    this.server = server;
  }

  /**
   * Opens the store and starts to serve.
   *
   * @throws IOException when the store is in use or damaged, or the address cannot be bound
   */
  public static KvServer start(KvConfig config) throws IOException {
    EmbeddedStore store =
        new EmbeddedStore(
            config.dataDir(), EmbeddedOptions.DEFAULT, System::nanoTime, new SecureRandom());
    try {
      KvServer server = serve(store, config.listen(), System::nanoTime);
      LOG.info("the key-value store serves at {}", server.address());
      return server;
    } catch (IOException | RuntimeException failure) {
      store.close();
      throw failure;
    }
  }

  /** Serves a store, which is the server's from now on. */
  static KvServer serve(EmbeddedStore store, HostPort listen, LongSupplier nanoClock)
      throws IOException {
    return new KvServer(store, ControlServer.start(listen, new KvGrpcService(store, nanoClock)));
  }

  /** Where it serves. */
  public HostPort address() {
    return server.address();
  }

  /** Stops serving, then closes the store. */
  @Override
  public void close() {
    server.close();
    store.close();
    LOG.info("the key-value store stopped");
  }
}
