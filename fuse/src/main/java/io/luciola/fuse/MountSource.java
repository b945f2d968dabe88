package io.luciola.fuse;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.config.ClusterSpec;

/** A connected cluster, as a mount needs it. */
public interface MountSource extends AutoCloseable {

  /** The name space, shared by all threads. */
  Namespace namespace();

  /** A data path for the calling thread. */
  DataPath openDataPath();

  /** Ends all connections. */
  @Override
  void close();

  /** Connects to clusters. */
  @FunctionalInterface
  interface Connector {

    /** A connection to the cluster behind these addresses; throws when nobody answers there. */
    MountSource connect(ClusterSpec cluster);
  }
}
