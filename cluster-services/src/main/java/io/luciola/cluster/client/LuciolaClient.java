package io.luciola.cluster.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.luciola.cluster.config.ClientSettings;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.SuspectReporter;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.routing.RoutingTable;
import io.luciola.cluster.service.TemplateFollower;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * A client of a cluster: its routing copy, its name space, and a data path for each thread that
 * asks for one. Safe for any number of threads.
 */
public final class LuciolaClient implements AutoCloseable {

  private final MgmtdClient mgmtd;
  private final RoutingFollower routing;
  private final SuspectReporter suspects;
  private final ManagedChannel metaChannel;
  private final TemplateFollower<ClientSettings> config;
  private final Namespace namespace;
  private final ClientOptions options;
  private final RandomGenerator random;

  private LuciolaClient(
      MgmtdClient mgmtd,
      RoutingFollower routing,
      TemplateFollower<ClientSettings> config,
      ManagedChannel metaChannel,
      Namespace namespace,
      ClientOptions options,
      RandomGenerator random) {
    this.mgmtd = mgmtd;
    this.routing = routing;
    this.config = config;
    this.suspects = new SuspectReporter(mgmtd);
    this.metaChannel = metaChannel;
    this.namespace = namespace;
    this.options = options;
    this.random = random;
  }

  /**
   * Connects, waiting for a Mgmtd and a chain table.
   *
   * @throws MgmtdUnavailableException when there was none within the connect timeout
   */
  public static LuciolaClient connect(ClientOptions options) throws InterruptedException {
    MgmtdClient mgmtd = new MgmtdClient(options.cluster());
    MetaResolver meta = new MetaResolver();
    TemplateFollower<ClientSettings> config =
        new TemplateFollower<>(
            ConfigType.CONFIG_CLIENT, ClientSettings.class, ClientSettings.DEFAULTS, List.of());
    RoutingFollower routing =
        new RoutingFollower(
            mgmtd,
            map -> {
              config.onRouting(map);
              meta.onRouting(map);
            });
    try {
      if (!routing.awaitTable(options.connectTimeout())) {
        throw notReady(mgmtd, options);
      }
    } catch (InterruptedException | RuntimeException failure) {
      routing.close();
      mgmtd.close();
      throw failure;
    }
    ManagedChannel channel = metaChannel(meta);
    RandomGenerator random = new SecureRandom();
    GrpcNamespace namespace =
        new GrpcNamespace(
            channel,
            random,
            new GrpcNamespace.Timing(
                options.metaTimeout(), GrpcNamespace.Timing.DEFAULT.keepAliveInterval()));
    return new LuciolaClient(mgmtd, routing, config, channel, namespace, options, random);
  }

  // A resolver of this client's own routing copy; the registry that replaces this call is one for
  // the whole process.
  @SuppressWarnings("deprecation")
  static ManagedChannel metaChannel(MetaResolver meta) {
    return NettyChannelBuilder.forTarget(MetaResolver.target())
        .nameResolverFactory(meta)
        .defaultLoadBalancingPolicy("round_robin")
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .usePlaintext()
        .build();
  }

  private static MgmtdUnavailableException notReady(MgmtdClient mgmtd, ClientOptions options) {
    // Says by itself when nobody answers.
    mgmtd.status(options.connectTimeout());
    return new MgmtdUnavailableException(
        "cluster "
            + options.cluster()
            + " has no chain table yet: not all of its storage nodes have registered");
  }

  /** The cluster. */
  public ClusterSpec cluster() {
    return options.cluster();
  }

  /** The name space; closed with this client. */
  public Namespace namespace() {
    return namespace;
  }

  /** A new data path, to be used by one thread and closed by it. */
  public DataPath openDataPath() {
    return new ChainDataPath(
        routing::table,
        suspects,
        dataPathOptions(),
        random.nextLong(),
        System::nanoTime,
        RandomGenerator.getDefault());
  }

  /** What the cluster's clients go by counts where nothing else was asked for. */
  private DataPathOptions dataPathOptions() {
    DataPathOptions asked = options.dataPath();
    return asked.equals(DataPathOptions.DEFAULTS)
        ? asked.withDeadlineNs(config.settings().deadlineNs(asked.deadlineNs()))
        : asked;
  }

  /** The routing copy as it is now. */
  public RoutingTable routing() {
    return routing.table();
  }

  /** Calls to the cluster's Mgmtd. */
  public MgmtdClient mgmtd() {
    return mgmtd;
  }

  @Override
  public void close() {
    namespace.close();
    metaChannel.shutdownNow();
    routing.close();
    mgmtd.close();
  }
}
