package io.luciola.cluster.cli.admin.chunks;

import io.luciola.cluster.routing.RoutingTable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The routing table of now, or of a moment ago: Mgmtd is not asked for every single chunk. */
final class FreshRouting implements Supplier<RoutingTable> {

  /** Shorter than the pause before a second look, which is to see what has changed. */
  private static final long MOST_AGE_NS = 200_000_000;

  private final Supplier<RoutingTable> mgmtd;
  private @Nullable RoutingTable table;
  private long askedNs;

  FreshRouting(Supplier<RoutingTable> mgmtd) {
    this.mgmtd = mgmtd;
  }

  @Override
  public RoutingTable get() {
    long nowNs = System.nanoTime();
    if (table == null || nowNs - askedNs > MOST_AGE_NS) {
      table = mgmtd.get();
      askedNs = nowNs;
    }
    return table;
  }
}
