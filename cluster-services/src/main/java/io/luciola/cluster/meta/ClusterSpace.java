package io.luciola.cluster.meta;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.allocation.ChainSpace;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The space of a cluster at some moment.
 *
 * @param table the newest version of the table that files get their chains from; null while there
 *     is none
 * @param chains of the table, by id
 */
public record ClusterSpace(@Nullable ChainTable table, Map<Integer, ChainSpace> chains) {

  /** Nothing is known. */
  public static final ClusterSpace UNKNOWN = new ClusterSpace(null, Map.of());

  /** Copies the map. */
  public ClusterSpace {
    chains = Map.copyOf(chains);
  }

  /** What files can hold altogether, replicas counted once. */
  public long totalBytes() {
    return chains.values().stream().mapToLong(ChainSpace::budgetBytes).sum();
  }

  /** What can still be written. */
  public long freeBytes() {
    return chains.values().stream().mapToLong(ChainSpace::freeBytes).sum();
  }
}
