package io.luciola.fio.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.config.ClusterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Loads on files of their own, which go on while processes are killed; no I/O may fail. */
final class VerifiedLoads implements AutoCloseable {

  private static final int CHUNK_BYTES = 256 << 10;
  private static final int THREADS = 2;

  /** Processes that start need the processor, too. */
  private static final long THINK_NS = 4_000_000;

  private static final DataPathOptions PATIENT =
      DataPathOptions.DEFAULTS.withDeadlineNs(Duration.ofMinutes(1).toNanos());

  private final long seed;
  private final DataPaths paths;
  private final List<Load> loads = new ArrayList<>();

  /** None yet; the cluster must have its first chains. */
  VerifiedLoads(ClusterSpec cluster, long seed) {
    this.seed = seed;
    paths = new DataPaths(cluster, PATIENT);
  }

  /** Begins a load on new files over some chains. */
  void begin(List<Integer> chains) {
    long firstInode = Load.FIRST_INODE + (long) loads.size() * THREADS;
    int[] ids = chains.stream().mapToInt(Integer::intValue).toArray();
    loads.add(
        new Load(
            paths::open, FileLayout.whole(CHUNK_BYTES, ids), THREADS, seed, firstInode, THINK_NS));
  }

  /** Ends all loads, which read all of their blocks once more. */
  void expectAllRight() {
    loads.forEach(Load::finish);
    for (Load load : loads) {
      assertTrue(load.operations() > 0);
      assertEquals(0, load.errors(), () -> "errors; seed " + seed);
      assertEquals(0, load.wrongBlocks(), () -> "wrong blocks; seed " + seed);
    }
  }

  @Override
  public void close() {
    loads.forEach(Load::close);
    paths.close();
  }
}
