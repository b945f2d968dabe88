package io.luciola.fuse;

import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;

/** A mount's cluster through the client library. */
public final class ClusterSource implements MountSource {

  private final LuciolaClient client;

  private ClusterSource(LuciolaClient client) {
    this.client = client;
  }

  /**
   * Connects.
   *
   * @throws MountException when nobody answers, or the cluster is not ready
   */
  public static MountSource connect(ClusterSpec cluster) throws MountException {
    try {
      return new ClusterSource(LuciolaClient.connect(ClientOptions.of(cluster)));
    } catch (MgmtdUnavailableException silent) {
      throw new MountException(silent.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MountException("interrupted while connecting to " + cluster);
    }
  }

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
