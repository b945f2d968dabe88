package io.luciola.fio.engine.cluster;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.fio.engine.EngineException;

/** Reaches a cluster through the client library. */
public final class ClientConnector implements ClusterConnector {

  /** For the service loader. */
  public ClientConnector() {}

  @Override
  public Connection connect(String cluster) throws EngineException {
    try {
      return new ClientConnection(
          LuciolaClient.connect(ClientOptions.of(ClusterSpec.parse(cluster))));
    } catch (IllegalArgumentException wrong) {
      throw new EngineException(Errno.EINVAL, wrong.getMessage(), wrong);
    } catch (MgmtdUnavailableException unreachable) {
      throw new EngineException(Errno.EHOSTUNREACH, unreachable.getMessage(), unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EngineException(Errno.EINTR, "interrupted while connecting to " + cluster);
    }
  }

  private record ClientConnection(LuciolaClient client) implements Connection {

    @Override
    public Namespace namespace() {
      return client.namespace();
    }

    @Override
    public DataPath openDataPath() {
      return client.openDataPath();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
