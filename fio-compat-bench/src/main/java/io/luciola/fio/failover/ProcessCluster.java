package io.luciola.fio.failover;

import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.KvConfig;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.GetStatusResponse;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A key-value store, Mgmtds and storage nodes on loopback, each a process of its own. */
final class ProcessCluster implements AutoCloseable {

  static final int MGMTDS = 3;
  static final int STORAGE_NODES = 3;
  private static final int TARGETS_PER_DISK = 2;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(60);

  private final Path directory;
  private final String diskSize;
  private final ServiceProcess store;
  private final List<ServiceProcess> mgmtds = new ArrayList<>();
  private final List<ServiceProcess> nodes = new ArrayList<>();
  private final List<HostPort> mgmtdAddresses = new ArrayList<>();
  private final MgmtdClient client;

  /** Writes the configurations into an empty directory; nothing runs yet. */
  ProcessCluster(Path directory, String diskSize) throws IOException {
    this.directory = directory;
    this.diskSize = diskSize;
    HostPort kv = freeAddress();
    store = configured("kv", "kv", new KvConfig(kv, directory.resolve("kv")));
    PlacementConfig placement =
        new PlacementConfig(STORAGE_NODES, STORAGE_NODES, TARGETS_PER_DISK, 1);
    for (int i = 1; i <= MGMTDS; i++) {
      HostPort address = freeAddress();
      mgmtdAddresses.add(address);
      mgmtds.add(
          configured(
              "mgmtd-" + i, "mgmtd", new MgmtdConfig(address, null, null, kv, placement, null)));
    }
    for (int i = 1; i <= STORAGE_NODES; i++) {
      addNode();
    }
    client = new MgmtdClient(spec());
  }

  /** One more storage node, which does not run yet. */
  final ServiceProcess addNode() throws IOException {
    int nodeId = nodes.size() + 1;
    ServiceProcess node =
        configured(
            "storage-" + nodeId,
            "storage",
            new StorageConfig(
                nodeId,
                new HostPort("127.0.0.1", 0),
                mgmtdAddresses,
                List.of("uring:" + diskFile(nodeId)),
                diskSize,
                true,
                null,
                null,
                null,
                null));
    nodes.add(node);
    return node;
  }

  /** The first disk of a storage node; it is made anew when it is missing. */
  final Path diskFile(int nodeId) {
    return directory.resolve("disk-" + nodeId);
  }

  /** Writes a further disk into a storage node's configuration; nobody is told. */
  void addDisk(int nodeId) throws IOException {
    Path file = configFile(node(nodeId).name());
    StorageConfig config = ConfigFile.read(file, StorageConfig.class);
    List<String> disks = new ArrayList<>(config.disks());
    disks.add("uring:" + diskFile(nodeId) + "-" + disks.size());
    ConfigFile.write(
        file,
        new StorageConfig(
            nodeId,
            config.listen(),
            config.mgmtd(),
            disks,
            config.diskSize(),
            config.formatEmpty(),
            config.threading(),
            config.idle(),
            config.discard(),
            config.zone()));
  }

  private ServiceProcess configured(String name, String verb, Object config) throws IOException {
    ConfigFile.write(configFile(name), config);
    return new ServiceProcess(name, verb, directory);
  }

  private Path configFile(String name) {
    return directory.resolve(name + ".toml");
  }

  private static HostPort freeAddress() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", any.getLocalPort());
    }
  }

  ClusterSpec spec() {
    return new ClusterSpec(mgmtdAddresses);
  }

  /** Starts everything and waits until all chains are whole. */
  void start() throws IOException, InterruptedException {
    store.start();
    for (ServiceProcess mgmtd : mgmtds) {
      mgmtd.start();
    }
    startTogether(nodes); // none is ready before all have registered
    awaitWhole();
  }

  /** Starts processes at the same time. */
  static void startTogether(List<ServiceProcess> processes)
      throws IOException, InterruptedException {
    List<IOException> failures = new ArrayList<>();
    List<Thread> starters = new ArrayList<>();
    for (ServiceProcess process : processes) {
      starters.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      process.start();
                    } catch (IOException failure) {
                      synchronized (failures) {
                        failures.add(failure);
                      }
                    }
                  }));
    }
    for (Thread starter : starters) {
      starter.join();
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /** The storage node with a number from 1 on. */
  ServiceProcess node(int nodeId) {
    return nodes.get(nodeId - 1);
  }

  /** The store of the Mgmtds. */
  ServiceProcess store() {
    return store;
  }

  /** The Mgmtd that is the primary. */
  ServiceProcess primary() {
    return mgmtds.get(mgmtdAddresses.indexOf(HostPort.parse(status().getPrimaryAddress())));
  }

  /** A Mgmtd that is not the primary. */
  ServiceProcess standby() {
    ServiceProcess primary = primary();
    return mgmtds.stream().filter(mgmtd -> mgmtd != primary).findFirst().orElseThrow();
  }

  /** The number of the primary's term. */
  long term() {
    return status().getTerm();
  }

  /** All that the primary Mgmtd knows. */
  GetStatusResponse status() {
    return client.status(CALL_TIMEOUT);
  }

  /** Returns how long it took until all targets serve. */
  Duration awaitWhole() throws InterruptedException {
    return await(
        "all targets serve",
        status ->
            status.getRouting().getChainsCount() > 0
                && states(status).stream().allMatch(PublicTargetState.SERVING::equals));
  }

  /** Waits until a target is being refilled, or all serve already. */
  void awaitRefill() throws InterruptedException {
    await(
        "a refill begins",
        status ->
            states(status).contains(PublicTargetState.SYNCING)
                || states(status).stream().allMatch(PublicTargetState.SERVING::equals));
  }

  /** Returns how long it took until not all targets serve. */
  Duration awaitBroken() throws InterruptedException {
    return await(
        "a target is out",
        status -> !states(status).stream().allMatch(PublicTargetState.SERVING::equals));
  }

  /** Returns how long it took until there is a primary of a later term. */
  Duration awaitTermAfter(long term) throws InterruptedException {
    return await("another Mgmtd is the primary", status -> status.getTerm() > term);
  }

  private static List<PublicTargetState> states(GetStatusResponse status) {
    return status.getRouting().getChainsList().stream()
        .flatMap(chain -> chain.getTargetsList().stream())
        .map(ChainTarget::getState)
        .toList();
  }

  /** Returns how long it took until the cluster is as wanted. */
  Duration await(String what, Predicate<GetStatusResponse> condition) throws InterruptedException {
    long beganNs = System.nanoTime();
    while (!condition.test(status())) {
      if (System.nanoTime() - beganNs > CHANGE_TIMEOUT.toNanos()) {
        throw new IllegalStateException(
            "not within "
                + CHANGE_TIMEOUT.toSeconds()
                + " s: "
                + what
                + "; the logs are in "
                + directory);
      }
      Thread.sleep(10);
    }
    return Duration.ofNanos(System.nanoTime() - beganNs);
  }

  /** What all storage nodes have logged. */
  List<String> storageLogs() throws IOException {
    List<String> lines = new ArrayList<>();
    for (ServiceProcess node : nodes) {
      lines.addAll(Files.readAllLines(directory.resolve(node.name() + ".log")));
    }
    return lines;
  }

  /** The ids of all chains. */
  int[] chainIds() {
    return status().getRouting().getChainsList().stream()
        .mapToInt(chain -> chain.getId())
        .toArray();
  }

  @Override
  public void close() {
    client.close();
    nodes.forEach(ServiceProcess::kill);
    mgmtds.forEach(ServiceProcess::kill);
    store.kill();
  }
}
