package io.luciola.cluster.meta;

import io.luciola.chaintable.ChainTable;
import io.luciola.chaintable.allocation.ChainSpace;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Space that never changes. */
final class FixedSpace implements SpaceSource {

  private final ClusterSpace space;

  private FixedSpace(ClusterSpace space) {
    this.space = space;
  }

  /** Chains with more room than anybody needs. */
  static FixedSpace of(Integer... chainIds) {
    Map<Integer, ChainSpace> chains = new HashMap<>();
    for (int id : chainIds) {
      chains.put(id, new ChainSpace(1L << 60, 1L << 60, true));
    }
    return new FixedSpace(new ClusterSpace(new ChainTable(1, 1, Arrays.asList(chainIds)), chains));
  }

  /** One chain. */
  static FixedSpace ofOne(int chainId, long totalBytes, long freeBytes) {
    return new FixedSpace(
        new ClusterSpace(
            new ChainTable(1, 1, Arrays.asList(chainId)),
            Map.of(chainId, new ChainSpace(totalBytes, freeBytes, true))));
  }

  @Override
  public ClusterSpace space() {
    return space;
  }

  @Override
  public ClusterSpace askNow() {
    return space;
  }
}
