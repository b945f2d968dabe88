package io.luciola.cluster.meta;

import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MetaConfig;
import io.luciola.cluster.config.MetaSettings;
import io.luciola.cluster.kv.ConfiguredStore;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.SuspectReporter;
import io.luciola.cluster.mgmtd.proto.ConfigType;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.service.ControlServer;
import io.luciola.cluster.service.Membership;
import io.luciola.cluster.service.NodeReport;
import io.luciola.cluster.service.TemplateFollower;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Meta with its store, known to Mgmtd, serving. */
public final class MetaServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetaServer.class);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

  private final MgmtdClient mgmtd;
  private final RoutingFollower routing;
  private final SpaceWatch space;
  private final KeyValueStore store;
  private final MetaService service;
  private final ControlServer server;
  private final Membership membership;

  private MetaServer(
      MgmtdClient mgmtd,
      RoutingFollower routing,
      SpaceWatch space,
      KeyValueStore store,
      MetaService service,
      ControlServer server,
      Membership membership) {
    this.mgmtd = mgmtd;
    this.routing = routing;
    this.space = space;
    this.store = store;
    this.service = service;
    this.server = server;
    this.membership = membership;
  }

  /**
   * Opens the store, serves, and makes itself known.
   *
   * @throws IOException when the store is in use or damaged, or the address cannot be bound
   * @throws io.luciola.cluster.mgmtd.MgmtdUnavailableException when no Mgmtd answers
   */
  public static MetaServer start(MetaConfig config) throws IOException {
    RandomGenerator random = new SecureRandom();
    KeyValueStore store = ConfiguredStore.open(config.dataDir(), config.kv(), random);
    MgmtdClient mgmtd = new MgmtdClient(new ClusterSpec(config.mgmtd()));
    TemplateFollower<MetaSettings> templates =
        new TemplateFollower<>(
            ConfigType.CONFIG_META, MetaSettings.class, MetaSettings.DEFAULTS, config.ownKeys());
    RoutingFollower routing = new RoutingFollower(mgmtd, templates::onRouting);
    SuspectReporter suspects = new SuspectReporter(mgmtd);
    SpaceWatch space = new SpaceWatch(mgmtd);
    MetaService service =
        new MetaService(
            store,
            MetaOptions.DEFAULT,
            new SpaceChainAllocator(
                space,
                () -> config.over(templates.settings()),
                System::nanoTime,
                random.nextLong()),
            space,
            new DataPathChunkRemover(
                () ->
                    new ChainDataPath(
                        routing::table,
                        suspects,
                        DataPathOptions.DEFAULTS,
                        random.nextLong(),
                        System::nanoTime,
                        RandomGenerator.getDefault())),
            InstantSource.system(),
            System::nanoTime,
            random);
    ControlServer server = null;
    try {
      server = ControlServer.start(config.listen(), service.grpc());
      Node node =
          Node.newBuilder()
              .setId(config.nodeId())
              .setType(NodeType.META)
              .setHost(server.address().host())
              .setPort(server.address().port())
              .build();
      Membership membership =
          Membership.join(mgmtd, node, () -> NodeReport.NOTHING, _ -> {}, templates, JOIN_TIMEOUT);
      LOG.info("Meta node {} serves at {}", config.nodeId(), server.address());
      return new MetaServer(mgmtd, routing, space, store, service, server, membership);
    } catch (IOException | RuntimeException failure) {
      if (server != null) {
        server.close();
      }
      service.close();
      space.close();
      routing.close();
      mgmtd.close();
      store.close();
      throw failure;
    }
  }

  /** Where it serves. */
  public HostPort address() {
    return server.address();
  }

  @Override
  public void close() {
    membership.close();
    server.close();
    service.close();
    space.close();
    routing.close();
    mgmtd.close();
    store.close();
    LOG.info("Meta stopped");
  }
}
