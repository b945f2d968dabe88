package io.luciola.cluster.assembly;

import io.luciola.cluster.config.ClusterConfig;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.ConfigException;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.mgmtd.MgmtdServer;
import io.luciola.cluster.storage.StorageService;
import io.luciola.target.DiskException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Mgmtd, one Meta and some storage nodes in this process, talking over sockets as they would on
 * machines of their own.
 */
public final class LocalCluster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

  private final MgmtdServer mgmtd;
  private final List<StorageService> storage;
  private final MetaServer meta;

  private LocalCluster(MgmtdServer mgmtd, List<StorageService> storage, MetaServer meta) {
    this.mgmtd = mgmtd;
    this.storage = storage;
    this.meta = meta;
  }

  /** As the other one, for a cluster whose configuration does not change while it runs. */
  public static LocalCluster start(ClusterConfig config)
      throws IOException, DiskException, InterruptedException {
    return start(config, () -> config);
  }

  /**
   * Starts all services and returns when all of them serve; when one fails, ends the others.
   *
   * @param asOfNow reads the configuration again, when an operator wants further disks to be
   *     opened; may throw ConfigException
   */
  public static LocalCluster start(ClusterConfig config, Supplier<ClusterConfig> asOfNow)
      throws IOException, DiskException, InterruptedException {
    MgmtdServer mgmtd = MgmtdServer.start(config.mgmtd());
    List<StorageService> storage = new ArrayList<>();
    try {
      startAll(config.storage(), asOfNow, storage);
      return new LocalCluster(mgmtd, storage, MetaServer.start(config.meta()));
    } catch (IOException | DiskException | InterruptedException | RuntimeException failure) {
      storage.forEach(StorageService::close);
      mgmtd.close();
      throw failure;
    }
  }

  /** Side by side, because a storage node waits for the chain table and the table for all nodes. */
  private static void startAll(
      List<StorageConfig> configs, Supplier<ClusterConfig> asOfNow, List<StorageService> started)
      throws IOException, DiskException, InterruptedException {
    // Not virtual ones: opening a disk may start SPDK, which wants a thread of the system.
    ThreadFactory threads = Thread.ofPlatform().name("start-", 1).factory();
    try (ExecutorService starters = Executors.newThreadPerTaskExecutor(threads)) {
      List<Future<StorageService>> starting = new ArrayList<>();
      for (StorageConfig node : configs) {
        starting.add(
            starters.submit(() -> StorageService.start(node, () -> asOfNow(asOfNow.get(), node))));
      }
      ExecutionException failed = null;
      for (Future<StorageService> one : starting) {
        try {
          started.add(one.get());
        } catch (ExecutionException failure) {
          if (failed == null) {
            failed = failure;
            starting.forEach(other -> other.cancel(true));
          }
        } catch (CancellationException cancelled) {
          LOG.debug("not started, because another node failed");
        }
      }
      if (failed != null) {
        rethrow(failed.getCause());
      }
    }
  }

  private static StorageConfig asOfNow(ClusterConfig config, StorageConfig node) {
    return config.storage().stream()
        .filter(other -> other.nodeId() == node.nodeId())
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "node " + node.nodeId() + " is not in the configuration any more"));
  }

  private static void rethrow(Throwable cause)
      throws IOException, DiskException, InterruptedException {
    switch (cause) {
      case IOException io -> throw io;
      case DiskException unusable -> throw unusable;
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException fault -> throw fault;
      case Error error -> throw error;
      default -> throw new IllegalStateException(cause);
    }
  }

  /** How clients name this cluster. */
  public ClusterSpec spec() {
    return new ClusterSpec(List.of(mgmtd.address()));
  }

  /** Ends the services, Meta first and Mgmtd last; what was acknowledged is durable. */
  @Override
  public void close() {
    meta.close();
    storage.forEach(StorageService::close);
    mgmtd.close();
  }
}
