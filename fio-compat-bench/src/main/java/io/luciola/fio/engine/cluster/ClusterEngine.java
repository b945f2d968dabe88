package io.luciola.fio.engine.cluster;

import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.client.ReadMode;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import io.luciola.fio.engine.IoEngine;
import io.luciola.fio.engine.cluster.ClusterConnector.Connection;
import io.luciola.fio.job.JobSpec;
import io.luciola.fio.job.OptionValue;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** Files of the cluster that {@code cluster=} names; file names are paths in its file system. */
public final class ClusterEngine implements IoEngine {

  private static final String CLUSTER = "cluster";
  private static final String READ_MODE = "read_mode";

  private final ServiceLoader<ClusterConnector> connectors;

  /** For the service loader. */
  public ClusterEngine() {
    this.connectors = ServiceLoader.load(ClusterConnector.class);
  }

  @Override
  public List<String> names() {
    return List.of("cluster");
  }

  @Override
  public Set<String> options() {
    return Set.of(CLUSTER, READ_MODE);
  }

  @Override
  public void check(JobSpec job) {
    if (job.engineOption(CLUSTER).isEmpty()) {
      throw job.error("ioengine=cluster needs cluster=luciola://host:port");
    }
    if (job.access().trims()) {
      throw job.error("ioengine=cluster cannot trim");
    }
    readMode(job);
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) throws EngineException {
    try (Connection connection = connect(job)) {
      return new ClusterFiles(connection).lengthOf(fileName);
    } catch (PosixException failed) {
      throw explain("stat", fileName, failed);
    }
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) throws EngineException {
    try (Connection connection = connect(job)) {
      ClusterFiles clusterFiles = new ClusterFiles(connection);
      for (FileRegion file : files) {
        try {
          clusterFiles.layOut(file, job.access().reads(), job.random().seed());
        } catch (PosixException failed) {
          throw explain("laying out", file.name(), failed);
        }
      }
    }
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) throws EngineException {
    Connection connection = connect(job);
    try {
      return new ClusterChannel(connection, files, job.access().writes(), readMode(job));
    } catch (PosixException failed) {
      connection.close();
      throw explain("open", files.getFirst().name(), failed);
    }
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) throws EngineException {
    try (Connection connection = connect(job)) {
      for (FileRegion file : files) {
        try {
          new ClusterFiles(connection).remove(file.name());
        } catch (PosixException failed) {
          throw explain("unlink", file.name(), failed);
        }
      }
    }
  }

  private static ReadMode readMode(JobSpec job) {
    String name =
        job.engineOption(READ_MODE)
            .map(OptionValue::raw)
            .map(String::valueOf)
            .orElse("linearizable");
    return switch (name) {
      case "linearizable" -> ReadMode.LINEARIZABLE;
      case "monotonic" -> ReadMode.MONOTONIC;
      case "committed-local" -> ReadMode.COMMITTED_LOCAL;
      default ->
          throw job.error("read_mode is linearizable, monotonic or committed-local, not " + name);
    };
  }

  private Connection connect(JobSpec job) throws EngineException {
    ClusterConnector connector =
        connectors
            .findFirst()
            .orElseThrow(
                () -> new EngineException(Errno.ENOSYS, "no cluster client is on the class path"));
    String cluster = String.valueOf(job.engineOption(CLUSTER).orElseThrow().raw());
    return connector.connect(cluster);
  }

  private static EngineException explain(String what, String file, PosixException failed) {
    return new EngineException(
        failed.errno(), what + " of " + file + " failed: " + failed.getMessage(), failed);
  }
}
