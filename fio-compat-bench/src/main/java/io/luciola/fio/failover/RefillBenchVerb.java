package io.luciola.fio.failover;

import com.google.errorprone.annotations.FormatMethod;
import io.luciola.chaintable.FileLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code luciola bench refill}: what it costs when a storage node has missed something. */
@Command(
    name = "refill",
    description =
        "Runs a cluster of processes on loopback, kills a storage node, changes some blocks, starts"
            + " the node again, and prints what was moved and what the refill did to other I/O.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 all bars reached, 1 some missed, 2 it cannot run."})
public final class RefillBenchVerb implements Callable<Integer> {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int BLOCKS_PER_CHUNK = CHUNK_BYTES / VerifiedRegion.BLOCK_BYTES;
  private static final int AWAY = 3;
  private static final long REGION_INODE = 1L << 41;
  private static final long CALM_MS = 10_000;
  private static final Pattern MOVED = Pattern.compile("refilled the target.* (\\d+) bytes moved");

  @Spec private CommandSpec spec;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      defaultValue = "256",
      description = "Chunks of 1 MiB that each node holds (default: ${DEFAULT-VALUE}).")
  private int chunks;

  @Option(
      names = "--changed",
      paramLabel = "PERCENT",
      defaultValue = "10",
      description = "How many of their blocks change meanwhile (default: ${DEFAULT-VALUE}).")
  private int changedPercent;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of the load (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private ClusterBenchOptions common;

  /** For picocli. */
  @SuppressWarnings("NullAway.Init")
  public RefillBenchVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    inRange("--chunks", chunks, 1, 1 << 20);
    inRange("--changed", changedPercent, 1, 100);
    inRange("--threads", threads, 1, 1024);
    say("starting 1 key-value store, 3 Mgmtds, 3 storage nodes");
    RefillReport report = BenchCluster.use(common.device, common.diskSize, this::measure);
    return report.conclude(common.output, spec.commandLine().getOut());
  }

  private RefillReport measure(ProcessCluster cluster) throws IOException, InterruptedException {
    FileLayout layout = FileLayout.whole(CHUNK_BYTES, cluster.chainIds());
    try (DataPaths paths = new DataPaths(cluster.spec());
        VerifiedRegion region =
            new VerifiedRegion(paths.open(), layout, REGION_INODE, chunks * BLOCKS_PER_CHUNK);
        Load load = new Load(paths::open, layout, threads, common.seed)) {
      say("writing %d chunks", chunks);
      for (int chunk = 0; chunk < chunks; chunk++) {
        require(region.write(chunk * BLOCKS_PER_CHUNK, BLOCKS_PER_CHUNK));
      }
      load.beginWindow();
      Thread.sleep(CALM_MS);
      double calmP99Ms = load.p99Ns() / 1e6;
      load.pause();
      say("killing storage-%d", AWAY);
      cluster.node(AWAY).kill();
      cluster.awaitBroken();
      final long differingBytes = change(region);
      say("starting storage-%d", AWAY);
      long beganNs = System.nanoTime();
      cluster.node(AWAY).start();
      cluster.awaitRefill();
      load.resume();
      load.beginWindow();
      cluster.awaitWhole();
      double refillP99Ms = load.p99Ns() / 1e6;
      double healedMs = (System.nanoTime() - beganNs) / 1e6;
      load.finish();
      long movedBytes = movedBytes(cluster);
      long errors = load.errors() + readFromTheRefilledAlone(cluster, region);
      return new RefillReport(
          (long) chunks * CHUNK_BYTES,
          differingBytes,
          movedBytes,
          healedMs,
          calmP99Ms,
          refillP99Ms,
          errors,
          region.wrongBlocks() + load.wrongBlocks());
    }
  }

  private static void require(boolean written) {
    if (!written) {
      throw new IllegalStateException("a write failed without a fault");
    }
  }

  /** Returns how many bytes were changed. */
  private long change(VerifiedRegion region) {
    Random random = new Random(common.seed);
    BitSet changed = new BitSet();
    int wanted = (int) ((long) region.blocks() * changedPercent / 100);
    while (changed.cardinality() < Math.max(1, wanted)) {
      int block = random.nextInt(region.blocks());
      if (!changed.get(block)) {
        require(region.write(block));
        changed.set(block);
      }
    }
    return (long) changed.cardinality() * VerifiedRegion.BLOCK_BYTES;
  }

  private static long movedBytes(ProcessCluster cluster) throws IOException {
    long bytes = 0;
    for (String line : cluster.storageLogs()) {
      Matcher moved = MOVED.matcher(line);
      if (moved.find()) {
        bytes += Long.parseLong(moved.group(1));
      }
    }
    return bytes;
  }

  /** Returns how many reads failed. */
  private long readFromTheRefilledAlone(ProcessCluster cluster, VerifiedRegion region)
      throws InterruptedException {
    say("reading everything from storage-%d alone", AWAY);
    for (int node = 1; node < AWAY; node++) {
      cluster.node(node).kill();
    }
    Thread.sleep(Duration.ofSeconds(1));
    long errors = 0;
    for (int block = 0; block < region.blocks(); block++) {
      errors += region.read(block) ? 0 : 1;
    }
    return errors;
  }

  private void inRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + " must be from " + least + " to " + most);
    }
  }

  @FormatMethod
  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("bench: " + format + "%n", values);
    err.flush();
  }
}
