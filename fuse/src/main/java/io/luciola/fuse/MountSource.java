package io.luciola.fuse;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.Namespace;

/** A connected cluster, as a mount needs it. */
public interface MountSource extends AutoCloseable {

  /** The name space, shared by all threads. */
  Namespace namespace();

  /** A data path for the calling thread. */
  DataPath openDataPath();

  /** Ends all connections. */
  @Override
  void close();
}
