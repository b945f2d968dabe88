package io.luciola.fuse.cli;

import io.luciola.blockstore.linux.Linux;
import io.luciola.cluster.cli.BackgroundProcess;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.fuse.MountException;
import io.luciola.fuse.MountSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Mounts a cluster's file system; in the background, unless asked to stay. */
@Command(
    name = "mount",
    description = "Mount a cluster's file system at a directory.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Options after -o, separated by commas: ro, rw, attr_timeout=SECONDS, entry_timeout=SECONDS,",
      "threads=N, max_read=BYTES, driver=NAME, fsname=NAME; those of mount(8) and fstab which have",
      "no effect here are accepted too."
    })
public final class MountCommand implements Callable<Integer> {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final MountSource.Connector connector;

  @Spec private CommandSpec spec;

  @Option(
      names = "-o",
      paramLabel = "OPTION[,OPTION...]",
      description = "Mount options, see below; may be repeated.")
  private List<String> optionGroups = new ArrayList<>();

  @Option(
      names = {"-f", "--foreground"},
      description = "Stay in the foreground until the mount ends.")
  private boolean foreground;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Where the background process writes its log (default: in /var/log/luciola for root,"
              + " ~/.luciola for others).")
  private @Nullable Path log;

  @Option(names = "--ready-file", hidden = true)
  private @Nullable Path readyFile;

  @Parameters(
      index = "0",
      paramLabel = "SPEC",
      description = "The cluster: luciola://HOST:PORT[,HOST:PORT...]/ of its Mgmtds.")
  private String cluster;

  @Parameters(index = "1", paramLabel = "DIR", description = "An existing directory.")
  private Path directory;

  /**
   * For the command line.
   *
   * @param connector reaches the cluster
   */
  @SuppressWarnings("NullAway.Init")
  public MountCommand(MountSource.Connector connector) {
    this.connector = connector;
  }

  @Override
  public Integer call() throws Exception {
    ClusterSpec clusterSpec = parsedCluster();
    OptionWords words = OptionWords.parse(clusterSpec.toString(), optionGroups);
    if (foreground) {
      runHere(clusterSpec, words);
    } else {
      startInBackground(clusterSpec);
    }
    return 0;
  }

  private ClusterSpec parsedCluster() {
    try {
      return ClusterSpec.parse(cluster);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(wrong.getMessage());
    }
  }

  private void runHere(ClusterSpec clusterSpec, OptionWords words) throws Exception {
    try {
      new ForegroundMount(words, directory).run(connector.connect(clusterSpec), this::showReady);
    } catch (MountException failure) {
      throw CommandFailure.failed(failure.getMessage());
    }
  }

  private void showReady() throws IOException {
    if (readyFile != null) {
      Files.createFile(readyFile);
    }
  }

  private void startInBackground(ClusterSpec clusterSpec) throws IOException {
    Path own = Files.createTempDirectory("luciola-mount");
    Path ready = own.resolve("ready");
    Path logFile = log != null ? log.toAbsolutePath() : defaultLog();
    try {
      List<String> arguments = new ArrayList<>(List.of("mount", "-f"));
      arguments.add("--ready-file=" + ready);
      optionGroups.forEach(group -> arguments.addAll(List.of("-o", group)));
      arguments.add(clusterSpec.toString());
      arguments.add(directory.toAbsolutePath().toString());
      long pid = BackgroundProcess.start(arguments, logFile, ready, START_TIMEOUT);
      PrintWriter out = spec.commandLine().getOut();
      out.println("Mounted at " + directory + " by process " + pid + ", log: " + logFile);
    } finally {
      Files.deleteIfExists(ready);
      Files.delete(own);
    }
  }

  private Path defaultLog() {
    String name = directory.toAbsolutePath().normalize().toString().replace('/', '-');
    Path logs =
        Linux.getuid() == 0
            ? Path.of("/var/log/luciola")
            : Path.of(System.getProperty("user.home"), ".luciola");
    return logs.resolve("mount" + name + ".log");
  }
}
