package io.luciola.cluster.client;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.cluster.meta.proto.FindInodesRequest;
import io.luciola.cluster.meta.proto.FindInodesResponse;
import io.luciola.cluster.meta.proto.FoundInode;
import io.luciola.cluster.meta.proto.MetaGrpc;
import io.luciola.cluster.meta.proto.MetaGrpc.MetaBlockingStub;
import io.luciola.cluster.mgmtd.proto.RoutingMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks Meta which inodes there are, living or removed with chunks that still are to go. What goes
 * wrong is a {@link ProbeException}.
 */
public final class InodeFinder implements AutoCloseable {

  private static final int MOST_INODES = 256;
  private static final int TRIES = 3;

  private final ManagedChannel channel;
  private final MetaBlockingStub stub;
  private final Duration timeout;

  /**
   * Without a connection; it is made when needed.
   *
   * @param map names the Meta services
   * @param timeout for each answer
   */
  public InodeFinder(RoutingMap map, Duration timeout) {
    MetaResolver resolver = new MetaResolver();
    resolver.onRouting(map);
    this.channel = LuciolaClient.metaChannel(resolver);
    this.stub = MetaGrpc.newBlockingStub(channel);
    this.timeout = timeout;
  }

  /** Those of the inodes that Meta knows, by their ids. */
  public Map<Long, FoundInode> find(Collection<Long> inodes) {
    Map<Long, FoundInode> found = new HashMap<>();
    List<Long> all = new ArrayList<>(inodes);
    int from = 0;
    while (from < all.size()) {
      List<Long> some = all.subList(from, Math.min(all.size(), from + MOST_INODES));
      FindInodesResponse answer = ask(FindInodesRequest.newBuilder().addAllInodes(some).build());
      answer.getInodesList().forEach(inode -> found.put(inode.getId(), inode));
      from += answer.getAnswered() == 0 ? some.size() : answer.getAnswered();
    }
    return found;
  }

  private FindInodesResponse ask(FindInodesRequest request) {
    for (int tries = 1; ; tries++) {
      try {
        return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS).findInodes(request);
      } catch (StatusRuntimeException failure) {
        Status status = failure.getStatus();
        if (status.getCode() == Status.Code.UNIMPLEMENTED) {
          throw new ProbeException("Meta's release does not know how to find inodes by their ids");
        }
        if (status.getCode() != Status.Code.UNAVAILABLE || tries == TRIES) {
          throw new ProbeException(
              "Meta does not say which inodes there are: "
                  + (status.getDescription() == null ? status.getCode() : status.getDescription()));
        }
      }
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
