package io.luciola.cluster.storage;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.mgmtd.proto.Chain;
import io.luciola.cluster.mgmtd.proto.ChainTarget;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.PublicTargetState;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import io.luciola.cluster.mgmtd.proto.Target;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.cluster.service.NodeGrant;
import io.luciola.craq.ReplicaOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Storage nodes on loopback, each with a thread and disks of its own, and a routing map that a test
 * may change. Disk content outlives the nodes.
 */
public final class LoopbackCluster implements AutoCloseable {

  /** Opens the engine of one disk. */
  public interface EngineOpener {
    /** Called for every start of the disk's node. */
    Disk open(int nodeId, int diskIndex, UUID uuid);
  }

  /** Small buffers, quick retries. */
  public static final StorageOptions OPTIONS =
      StorageOptions.DEFAULTS
          .withBuffers(32 << 20, 4 << 20)
          .withReplica(
              new ReplicaOptions(
                  1024,
                  64,
                  4096,
                  64 << 20,
                  4096,
                  5_000_000L,
                  50_000_000L,
                  500_000_000L,
                  16,
                  256L << 20,
                  120_000_000_000L));

  private static final AtomicLong CLIENT_IDS = new AtomicLong(System.nanoTime());

  private final int nodeCount;
  private final int disksPerNode;
  private final EngineOpener opener;
  private final StorageServer[] servers;
  private final int[] ports;
  private final boolean[] alive;
  private final int[] chainVersions;
  private final PublicTargetState[][] states;

  /** The places of each chain in their present order: who goes moves to the end. */
  private final List<List<Integer>> orders = new ArrayList<>();

  private final AtomicReference<NodeGrant> grant = new AtomicReference<>(granted(Long.MAX_VALUE));

  private final AtomicReference<RoutingTable> routing = new AtomicReference<>(RoutingTable.EMPTY);

  private final ClusterView view =
      new ClusterView() {
        @Override
        public RoutingTable routing() {
          return routing.get();
        }

        @Override
        public NodeGrant grant() {
          return grant.get();
        }

        @Override
        public void suspect(int nodeId) {
          // Who is in which chain is said by hand here.
        }
      };

  /** Targets that are not in the map any more. */
  private final Set<Long> forgotten = new HashSet<>();

  /** Targets that were never in a chain. */
  private final Set<Long> spares = new HashSet<>();

  private long version;
  private long budgetBytes = 1L << 40;

  /** One chain for every disk index and node, so that every node is head, middle and tail. */
  public LoopbackCluster(int nodeCount, int disksPerNode, EngineOpener opener) {
    this.nodeCount = nodeCount;
    this.disksPerNode = disksPerNode;
    this.opener = opener;
    servers = new StorageServer[nodeCount + 1];
    ports = new int[nodeCount + 1];
    alive = new boolean[nodeCount + 1];
    chainVersions = new int[chainCount() + 1];
    states = new PublicTargetState[chainCount() + 1][3];
    Arrays.fill(chainVersions, 1);
    for (PublicTargetState[] each : states) {
      Arrays.fill(each, PublicTargetState.SERVING);
      orders.add(new ArrayList<>(List.of(0, 1, 2)));
    }
    for (int node = 1; node <= nodeCount; node++) {
      start(node);
    }
    publish();
  }

  /**
   * Nodes with engines in plain memory.
   *
   * @param threads puts each disk on the thread that it is to have
   */
  public static LoopbackCluster inMemory(
      InMemoryChunkEngine.Content[][] contents, UnaryOperator<Disk> threads) {
    return new LoopbackCluster(
        contents.length,
        contents[0].length,
        (node, disk, uuid) ->
            threads.apply(
                Disk.open(
                    "disk" + disk,
                    uuid,
                    listener -> new InMemoryChunkEngine(contents[node - 1][disk], listener))));
  }

  static InMemoryChunkEngine.Content[][] contents(int nodes, int disks) {
    InMemoryChunkEngine.Content[][] all = new InMemoryChunkEngine.Content[nodes][disks];
    for (InMemoryChunkEngine.Content[] node : all) {
      for (int i = 0; i < node.length; i++) {
        node[i] = new InMemoryChunkEngine.Content();
      }
    }
    return all;
  }

  public int chainCount() {
    return nodeCount * disksPerNode;
  }

  /** A layout over all chains. */
  public FileLayout layout(int chunkSizeBytes) {
    int[] chains = new int[chainCount()];
    for (int i = 0; i < chains.length; i++) {
      chains[i] = i + 1;
    }
    return FileLayout.whole(chunkSizeBytes, chains);
  }

  /** A data path with an identity of its own. */
  public ChainDataPath dataPath(DataPathOptions options) {
    long id = CLIENT_IDS.incrementAndGet();
    return new ChainDataPath(routing::get, _ -> {}, options, id, System::nanoTime, new Random(id));
  }

  /** Starts a node on its old port. */
  public void start(int node) {
    List<Disk> disks = new ArrayList<>();
    for (int disk = 0; disk < disksPerNode; disk++) {
      disks.add(opener.open(node, disk, uuid(node, disk)));
    }
    StorageNode storage =
        new StorageNode(
            node, "127.0.0.1", ports[node], disks, DiskCare.NONE, view, OPTIONS, System::nanoTime);
    ports[node] = storage.port();
    alive[node] = true;
    servers[node] = StorageServer.start(storage);
  }

  public void stop(int node) {
    servers[node].close();
    servers[node].ended().join();
    servers[node] = null;
    alive[node] = false;
  }

  public int port(int node) {
    return ports[node];
  }

  public StorageServer server(int node) {
    return servers[node];
  }

  /** Node of the replica at a place of a chain. */
  public int nodeAt(int chain, int place) {
    return 1 + (chain - 1 + place) % nodeCount;
  }

  /** Changes the state of all targets of a node, as Mgmtd does when it dies. */
  public void setState(int node, PublicTargetState state) {
    for (int chain = 1; chain <= chainCount(); chain++) {
      for (int place = 0; place < 3; place++) {
        if (nodeAt(chain, place) == node && states[chain][place] != state) {
          if (states[chain][place] == PublicTargetState.SERVING) {
            orders.get(chain).remove((Integer) place);
            orders.get(chain).add(place);
          }
          states[chain][place] = state;
          chainVersions[chain]++;
        }
      }
    }
    publish();
  }

  /** Takes a target out of its chain and out of the map. */
  public void forget(int chain, int place) {
    leaveChain(chain, place);
    forgotten.add(targetId(chain, place));
    publish();
  }

  /** Makes a target one that was never in a chain. */
  public void makeSpare(int chain, int place) {
    leaveChain(chain, place);
    spares.add(targetId(chain, place));
    publish();
  }

  private void leaveChain(int chain, int place) {
    orders.get(chain).remove((Integer) place);
    chainVersions[chain]++;
  }

  /**
   * Opens a node's disk once more, and has the node take it in while it runs.
   *
   * @return the disk that the node has now
   */
  public Disk reopen(int node, int disk) {
    Disk opened = opener.open(node, disk, uuid(node, disk));
    StorageNode storage = servers[node].node();
    storage.shareBuffers(opened);
    storage
        .ask(
            () -> {
              storage.addDisk(opened);
              return true;
            })
        .join();
    return opened;
  }

  /** What a node says of the targets that the map gives it. */
  List<TargetUsage> usage(int node) {
    return servers[node].node().usage();
  }

  /** Requests that a node has under way now. */
  int underWay(int node) {
    StorageNode storage = servers[node].node();
    return storage.ask(storage::requestsUnderWay).join();
  }

  /** Whether a node has a replica of a target now. */
  boolean holds(int node, long targetId) {
    StorageNode storage = servers[node].node();
    return storage.ask(() -> storage.holds(targetId)).join();
  }

  /** Changes the budget of all targets. */
  public void setBudget(long bytes) {
    budgetBytes = bytes;
    publish();
  }

  private static NodeGrant granted(long sentNs) {
    return new NodeGrant(sentNs, Long.MAX_VALUE, 0, List.of(), 0);
  }

  /** Answers the nodes' heartbeats, which were sent at a time, with a lease without end. */
  public void grant(long sentNs) {
    grant.set(granted(sentNs));
    wakeUp();
  }

  /** Makes everybody see the map as it is now. */
  public void publish() {
    RoutingMap.Builder map = RoutingMap.newBuilder().setVersion(++version);
    for (int node = 1; node <= nodeCount; node++) {
      map.addNodes(
          Node.newBuilder()
              .setId(node)
              .setType(NodeType.STORAGE)
              .setHost("127.0.0.1")
              .setPort(ports[node])
              .setAlive(alive[node]));
    }
    for (int chain = 1; chain <= chainCount(); chain++) {
      Chain.Builder builder = Chain.newBuilder().setId(chain).setVersion(chainVersions[chain]);
      for (int place : orders.get(chain)) {
        builder.addTargets(
            ChainTarget.newBuilder()
                .setTargetId(targetId(chain, place))
                .setState(states[chain][place]));
      }
      map.addChains(builder);
      addTargets(map, chain);
    }
    routing.set(RoutingTable.of(map.build()));
    wakeUp();
  }

  private void wakeUp() {
    for (StorageServer server : servers) {
      if (server != null) {
        server.node().wakeUp();
      }
    }
  }

  private void addTargets(RoutingMap.Builder map, int chain) {
    for (int place = 0; place < 3; place++) {
      int node = nodeAt(chain, place);
      int disk = (chain - 1) / nodeCount;
      long target = targetId(chain, place);
      if (!forgotten.contains(target)) {
        map.addTargets(
            Target.newBuilder()
                .setId(target)
                .setNodeId(node)
                .setDiskUuid(uuid(node, disk).toString().replace("-", ""))
                .setChainId(spares.contains(target) ? TargetPlacement.NO_CHAIN : chain)
                .setBudgetBytes(budgetBytes));
      }
    }
  }

  public static long targetId(int chain, int place) {
    return chain * 100L + place + 1;
  }

  public RoutingTable routing() {
    return routing.get();
  }

  private static UUID uuid(int node, int disk) {
    return new UUID(node, disk);
  }

  @Override
  public void close() {
    for (int node = 1; node <= nodeCount; node++) {
      if (servers[node] != null) {
        stop(node);
      }
    }
  }
}
