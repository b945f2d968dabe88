package io.luciola.cluster.client;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.luciola.cluster.mgmtd.proto.Node;
import io.luciola.cluster.mgmtd.proto.NodeType;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells gRPC where the Meta services are, from the routing map; a Meta that moves is found again
 * without a restart.
 */
final class MetaResolver extends NameResolverProvider {

  private static final String SCHEME = "luciola-meta";

  private volatile @Nullable Resolver resolver;
  private volatile List<EquivalentAddressGroup> addresses = List.of();

  /** The channel target that this resolver answers for. */
  static String target() {
    return SCHEME + ":///meta";
  }

  /** Takes over the addresses of a newer routing map. */
  void onRouting(RoutingMap map) {
    addresses =
        map.getNodesList().stream()
            .filter(node -> node.getType() == NodeType.META)
            .filter(node -> !node.getHost().isEmpty() && !node.getDisabled())
            .map(MetaResolver::address)
            .toList();
    Resolver active = resolver;
    if (active != null) {
      active.tell();
    }
  }

  private static EquivalentAddressGroup address(Node node) {
    return new EquivalentAddressGroup(new InetSocketAddress(node.getHost(), node.getPort()));
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args arguments) {
    Resolver fresh = new Resolver();
    resolver = fresh;
    return fresh;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  private final class Resolver extends NameResolver {

    private volatile @Nullable Listener2 listener;

    @Override
    public String getServiceAuthority() {
      return "meta";
    }

    @Override
    public void start(Listener2 newListener) {
      listener = newListener;
      tell();
    }

    @Override
    public void refresh() {
      tell();
    }

    void tell() {
      Listener2 told = listener;
      if (told == null) {
        return;
      }
      List<EquivalentAddressGroup> known = addresses;
      told.onResult(
          ResolutionResult.newBuilder()
              .setAddressesOrError(
                  known.isEmpty()
                      ? StatusOr.fromStatus(
                          Status.UNAVAILABLE.withDescription("no Meta service has registered"))
                      : StatusOr.fromValue(known))
              .build());
    }

    @Override
    public void shutdown() {
      listener = null;
    }
  }
}
