package io.luciola.fio.engine.cluster;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.Namespace;
import io.luciola.fio.engine.EngineException;

/** Reaches a cluster; found by the service loader. */
public interface ClusterConnector {

  /**
   * Connects.
   *
   * @param cluster as written: {@code luciola://host:port} or {@code host:port}
   * @throws EngineException when there is no such cluster, naming it
   */
  Connection connect(String cluster) throws EngineException;

  /** A client of a cluster; safe for any number of threads. */
  interface Connection extends AutoCloseable {

    /** The name space; closed with the connection. */
    Namespace namespace();

    /** A data path for the calling thread, which closes it. */
    DataPath openDataPath();

    @Override
    void close();
  }
}
