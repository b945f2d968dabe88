package io.luciola.cluster.cli;

import io.luciola.cluster.assembly.ClusterDirectory;
import io.luciola.cluster.assembly.ClusterLock;
import io.luciola.cluster.assembly.ClusterPlan;
import io.luciola.cluster.assembly.LocalCluster;
import io.luciola.cluster.cli.output.OutputFormat;
import io.luciola.cluster.cli.status.ClusterStatus;
import io.luciola.cluster.config.ClusterConfig;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luciola cluster}: the one-process cluster. */
@Command(
    name = "cluster",
    description = "The one-process cluster: one Mgmtd, one Meta and some storage nodes.",
    mixinStandardHelpOptions = true)
final class ClusterVerb {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(3);

  @Spec private CommandSpec spec;

  static final class Directory {
    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "Where the cluster lives (default: ~/.luciola/cluster).")
    @Nullable Path path;

    ClusterDirectory get() {
      return new ClusterDirectory(
          (path == null ? ClusterDirectory.defaultPath() : path).toAbsolutePath().normalize());
    }
  }

  /** Read only when the cluster is made. */
  static final class Shape {
    @Option(
        names = "--mgmtd",
        paramLabel = "HOST:PORT",
        defaultValue = "127.0.0.1:7420",
        description = "Where Mgmtd listens (default: ${DEFAULT-VALUE}).")
    String mgmtd;

    @Option(
        names = "--nodes",
        defaultValue = "3",
        description = "Storage nodes (default: ${DEFAULT-VALUE}).")
    int nodes;

    @Option(
        names = "--disks-per-node",
        defaultValue = "2",
        description = "Disk files of each node (default: ${DEFAULT-VALUE}).")
    int disksPerNode;

    @Option(
        names = "--disk-size",
        defaultValue = "4GiB",
        description = "Size of each disk file (default: ${DEFAULT-VALUE}).")
    String diskSize;

    @Option(
        names = "--replicas",
        defaultValue = "3",
        description = "Replicas of every chunk (default: ${DEFAULT-VALUE}).")
    int replicas;

    @Option(
        names = "--targets-per-disk",
        defaultValue = "4",
        description = "Targets a disk is split into (default: ${DEFAULT-VALUE}).")
    int targetsPerDisk;

    ClusterPlan plan() {
      return new ClusterPlan(
          HostPort.parse(mgmtd), nodes, disksPerNode, diskSize, replicas, targetsPerDisk, false);
    }
  }

  @Command(
      name = "start",
      description = {
        "Starts the cluster in the background; sets it up when the directory holds none yet.",
        "The options about its shape only count then."
      },
      mixinStandardHelpOptions = true)
  int start(
      @Mixin Directory directoryOption,
      @ArgGroup(exclusive = false, heading = "%nShape of a new cluster:%n") Shape shape)
      throws IOException {
    ClusterDirectory directory = directoryOption.get();
    OptionalLong running = directory.runningPid();
    if (running.isPresent()) {
      out().printf("cluster %s already runs (process %d)%n", directory.spec(), running.getAsLong());
      return 0;
    }
    if (!directory.exists()) {
      setUp(directory, shape == null ? defaultShape() : shape);
    }
    long pid =
        BackgroundProcess.start(
            List.of("cluster", "run", "--data-dir", directory.path().toString()),
            directory.logFile(),
            directory.pidFile(),
            START_TIMEOUT);
    out().printf("cluster %s runs (process %d)%n", directory.spec(), pid);
    out().printf("  mount it:  luciola mount %s DIR%n", directory.spec());
    out().printf("  stop it:   luciola cluster stop --data-dir %s%n", directory.path());
    out().printf("  its log:   %s%n", directory.logFile());
    return 0;
  }

  private static Shape defaultShape() {
    Shape shape = new Shape();
    new picocli.CommandLine(shape).parseArgs();
    return shape;
  }

  private static void setUp(ClusterDirectory directory, Shape shape) throws IOException {
    try {
      ConfigFile.write(directory.configFile(), shape.plan().configFor(directory.path()));
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
  }

  @Command(
      name = "run",
      description = "Runs the cluster of a directory in the foreground until it is told to end.",
      mixinStandardHelpOptions = true)
  int run(@Mixin Directory directoryOption) throws IOException, InterruptedException {
    ClusterDirectory directory = directoryOption.get();
    ClusterConfig config = directory.config();
    Optional<ClusterLock> lock = directory.tryLock();
    if (lock.isEmpty()) {
      throw CommandFailure.failed("a cluster already runs in " + directory.path());
    }
    try (ClusterLock _ = lock.get()) {
      ServiceLoop.run(() -> LocalCluster.start(config, directory::config), directory.pidFile());
    }
    return 0;
  }

  @Command(
      name = "stop",
      description = "Stops the cluster; what was acknowledged is durable.",
      mixinStandardHelpOptions = true)
  int stop(@Mixin Directory directoryOption) throws IOException {
    ClusterDirectory directory = directoryOption.get();
    OptionalLong running = directory.runningPid();
    if (running.isEmpty()) {
      Files.deleteIfExists(directory.pidFile());
      out().println("no cluster runs in " + directory.path());
      return 0;
    }
    if (!BackgroundProcess.stop(running.getAsLong(), STOP_TIMEOUT)) {
      throw CommandFailure.failed(
          "process "
              + running.getAsLong()
              + " did not end within "
              + STOP_TIMEOUT.toSeconds()
              + " s; see "
              + directory.logFile());
    }
    Files.deleteIfExists(directory.pidFile());
    out().println("cluster stopped");
    return 0;
  }

  @Command(
      name = "status",
      description = "Shows nodes, disks, chains and space. Exit code 1 when something is not well.",
      mixinStandardHelpOptions = true)
  int status(
      @Mixin Directory directoryOption,
      @Option(
              names = "--cluster",
              paramLabel = "SPEC",
              description = "Ask this cluster (luciola://HOST:PORT/) and not that of a directory.")
          @Nullable String cluster,
      @Option(
              names = "--output",
              defaultValue = "table",
              description = "table or json (default: ${DEFAULT-VALUE}).")
          OutputFormat output)
      throws IOException {
    ClusterSpec asked;
    try {
      asked = cluster == null ? specOf(directoryOption.get()) : ClusterSpec.parse(cluster);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
    try (MgmtdClient mgmtd = new MgmtdClient(asked)) {
      ClusterStatus status = ClusterStatus.of(mgmtd.status(STATUS_TIMEOUT));
      if (output == OutputFormat.JSON) {
        out().println(status.toJson());
      } else {
        status.print(out());
      }
      return status.healthy() ? 0 : 1;
    } catch (MgmtdUnavailableException silent) {
      throw CommandFailure.failed(silent.getMessage());
    }
  }

  private static ClusterSpec specOf(ClusterDirectory directory) {
    if (!directory.exists()) {
      throw CommandFailure.failed(
          "there is no cluster in "
              + directory.path()
              + "; 'luciola cluster start' sets one up, --cluster asks another");
    }
    return directory.spec();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
