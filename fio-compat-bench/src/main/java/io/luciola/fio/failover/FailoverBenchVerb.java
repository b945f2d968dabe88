package io.luciola.fio.failover;

import com.google.errorprone.annotations.FormatMethod;
import io.luciola.chaintable.FileLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code luciola bench failover}: how long I/O stands still when processes die. */
@Command(
    name = "failover",
    description =
        "Runs a key-value store, 3 Mgmtds and 3 storage nodes as processes on loopback, writes and"
            + " reads with verification, kills and stops processes, and prints how long I/O stood"
            + " still.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A gap is the longest that a single 4 KiB I/O of the load took from the fault on.",
      "Exit codes: 0 all bars reached, 1 some missed, 2 it cannot run."
    })
public final class FailoverBenchVerb implements Callable<Integer> {

  private static final int CHUNK_BYTES = 256 << 10;
  private static final long CALM_MS = 5_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How often each fault is done (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "FAULT",
      description = "Only these: kill-replica, stop-replica, kill-primary, kill-standby.")
  private @Nullable List<String> only;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "4",
      description = "Threads of the load (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private ClusterBenchOptions common;

  /** For picocli. */
  @SuppressWarnings("NullAway.Init")
  public FailoverBenchVerb() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    atLeast("--rounds", rounds);
    atLeast("--threads", threads);
    List<Fault> faults = chosen();
    say("starting 1 key-value store, 3 Mgmtds, 3 storage nodes");
    FailoverReport report =
        BenchCluster.use(common.device, common.diskSize, cluster -> measure(cluster, faults));
    return report.conclude(common.output, spec.commandLine().getOut());
  }

  private FailoverReport measure(ProcessCluster cluster, List<Fault> faults)
      throws IOException, InterruptedException {
    List<Round> done = new ArrayList<>();
    try (DataPaths paths = new DataPaths(cluster.spec());
        Load load =
            new Load(
                paths::open,
                FileLayout.whole(CHUNK_BYTES, cluster.chainIds()),
                threads,
                common.seed)) {
      Thread.sleep(CALM_MS); // what is compiled is faster
      load.beginWindow();
      Thread.sleep(CALM_MS);
      double calmGapMs = load.longestNs() / 1e6;
      FaultRunner runner = new FaultRunner(cluster, load, new Random(common.seed));
      for (int round = 1; round <= rounds; round++) {
        for (Fault fault : faults) {
          Round result = runner.run(fault);
          done.add(result);
          say(
              "round %d of %d: %s (%s): gap %.0f ms, noticed after %.0f ms, whole again after"
                  + " %.0f ms, %d errors",
              round,
              rounds,
              fault.description(),
              result.victim(),
              result.gapMs(),
              result.noticedMs(),
              result.healedMs(),
              result.errors());
        }
      }
      load.finish();
      return new FailoverReport(done, load.operations(), calmGapMs, load.wrongBlocks());
    }
  }

  private List<Fault> chosen() {
    if (only == null) {
      return List.of(Fault.values());
    }
    try {
      return only.stream().map(Fault::named).toList();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), "--only: " + wrong.getMessage());
    }
  }

  private void atLeast(String option, int value) {
    if (value < 1) {
      throw new ParameterException(spec.commandLine(), option + " must be at least 1");
    }
  }

  @FormatMethod
  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("bench: " + format + "%n", values);
    err.flush();
  }
}
