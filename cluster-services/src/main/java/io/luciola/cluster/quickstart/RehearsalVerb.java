package io.luciola.cluster.quickstart;

import io.luciola.cluster.assembly.ClusterPlan;
import io.luciola.cluster.assembly.LocalCluster;
import io.luciola.cluster.cli.Luciola;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.config.ClusterConfig;
import io.luciola.cluster.config.HostPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code luciola rehearse}: what the launcher runs once after a build, so that the JVM can record
 * for its ahead-of-time cache which classes a cluster, a client and a measurement need.
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Runs a cluster in memory for a moment; used to prepare quick starts.",
    mixinStandardHelpOptions = true)
public final class RehearsalVerb implements Callable<Integer> {

  private static final String DISK_SIZE = "96MiB";

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("luciola-rehearsal");
    try {
      ClusterConfig config =
          new ClusterPlan(new HostPort("127.0.0.1", freePort()), 3, 1, DISK_SIZE, 3, 1, true)
              .configFor(directory);
      try (LocalCluster cluster = LocalCluster.start(config)) {
        return rehearse(cluster, directory);
      }
    } finally {
      deleteTree(directory);
    }
  }

  private static int rehearse(LocalCluster cluster, Path directory) throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("file"), "rehearsal");
    LocalTree local = new LocalTree(source, false);
    try (LuciolaClient client = LuciolaClient.connect(ClientOptions.of(cluster.spec()));
        LibraryTree tree = LibraryTree.create(client, "rehearsal")) {
      for (Path entry : local.entries()) {
        tree.copyIn(local, entry);
      }
      if (!tree.digest().equals(local.digest())) {
        throw new IllegalStateException("the cluster returned other bytes than it was given");
      }
    }
    String spec = cluster.spec().toString();
    int status = Luciola.run("cluster", "status", "--cluster", spec);
    int fio =
        Luciola.run(
            "fio",
            "--name=rehearsal",
            "--ioengine=cluster",
            "--cluster=" + spec,
            "--filename=/rehearsal.fio",
            "--rw=randrw",
            "--bs=4k",
            "--iodepth=4",
            "--size=1m");
    Luciola.run("mount", "--help");
    return Math.max(status, fio);
  }

  private static int freePort() throws java.io.IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private static void deleteTree(Path top) throws java.io.IOException {
    try (Stream<Path> entries = Files.walk(top)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
