package io.luciola.cluster.assembly;

import io.luciola.cluster.cli.BackgroundProcess;
import io.luciola.cluster.config.ClusterConfig;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A cluster of real processes on loopback, one per service, each started by its verb and ended by its process id. */
final class ServiceProcesses implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final Path directory;
  private final ClusterConfig config;
  private final Map<String, Long> pids = new HashMap<>();

  ServiceProcesses(Path directory, int storageNodes, int disksPerNode, String diskSize)
      throws IOException {
    this.directory = directory;
    this.config =
        new ClusterPlan(
                new HostPort("127.0.0.1", freePort()),
                storageNodes,
                disksPerNode,
                diskSize,
                3,
                3,
                false)
            .configFor(directory);
  }

  static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  ClusterSpec spec() {
    return new ClusterSpec(config.meta().mgmtd());
  }

  void startAll() throws Exception {
    start("mgmtd", config.mgmtd());
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> starting = new ArrayList<>();
      for (int node = 1; node <= config.storage().size(); node++) {
        int id = node;
        starting.add(
            starters.submit(
                () -> {
                  startStorage(id);
                  return null;
                }));
      }
      for (Future<?> one : starting) {
        try {
          one.get();
        } catch (ExecutionException failure) {
          throw new IOException("a storage node did not start", failure.getCause());
        }
      }
    }
    start("meta", config.meta());
  }

  void startStorage(int nodeId) throws IOException {
    start("storage-" + nodeId, config.storage().get(nodeId - 1));
  }

  private void start(String name, Object serviceConfig) throws IOException {
    Path file = directory.resolve(name + ".toml");
    ConfigFile.write(file, serviceConfig);
    Path ready = directory.resolve(name + ".pid");
    long pid =
        BackgroundProcess.start(
            List.of(
                name.replaceAll("-.*", ""),
                "run",
                "--config",
                file.toString(),
                "--ready-file",
                ready.toString()),
            log(name),
            ready,
            START_TIMEOUT);
    synchronized (pids) {
      pids.put(name, pid);
    }
  }

  Path log(String name) {
    return directory.resolve(name + ".log");
  }

  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : pids.keySet()) {
      all.append(Files.readString(log(name)));
    }
    return all.toString();
  }

  /** As kill -9. */
  void kill(String name) throws InterruptedException {
    long pid = pids.get(name);
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  @Override
  public void close() {
    for (long pid : pids.values()) {
      if (!BackgroundProcess.stop(pid, Duration.ofSeconds(20))) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
