package io.luciola.cluster.quickstart;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.cluster.assembly.ClusterDirectory;
import io.luciola.cluster.assembly.ClusterPlan;
import io.luciola.cluster.cli.BackgroundProcess;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.Luciola;
import io.luciola.cluster.client.ClientOptions;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The steps of {@code luciola quickstart}, each through the verb that a user would type. */
final class Quickstart {

  private static final String TREE_NAME = "tree";
  private static final int PREFERRED_PORT = 7420;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final Path FUSE_DEVICE = Path.of("/dev/fuse");

  private final Narrator narrator;
  private final ClusterDirectory cluster;
  private final LocalTree source;
  private final String diskSize;
  private final int fioSeconds;
  private final boolean keep;
  private boolean mounting;

  Quickstart(
      Narrator narrator,
      Path directory,
      Path source,
      String diskSize,
      int fioSeconds,
      boolean mounting,
      boolean keep) {
    this.narrator = narrator;
    this.cluster = new ClusterDirectory(directory);
    this.source = new LocalTree(source, true);
    this.diskSize = diskSize;
    this.fioSeconds = fioSeconds;
    this.mounting = mounting;
    this.keep = keep;
  }

  void run() throws IOException, InterruptedException {
    refuseWhenRunning();
    takeMountAway();
    cluster.delete();
    boolean done = false;
    try {
      setUp();
      startCluster("started");
      mount();
      List<Path> entries = source.entries();
      copyIn(entries);
      String expected = source.digest();
      compare("after the copy", expected);
      unmount();
      stopCluster();
      startCluster("started again from its data directory");
      mount();
      compare("after the restart", expected);
      measure();
      done = true;
      conclude(entries.size());
    } finally {
      if (!(keep && done)) {
        cleanUp();
      }
    }
  }

  private void refuseWhenRunning() throws IOException {
    OptionalLong running = cluster.runningPid();
    if (running.isPresent()) {
      throw CommandFailure.failed(
          "a cluster already runs in "
              + cluster.path()
              + " (process "
              + running.getAsLong()
              + "). Stop it with:\n"
              + howToStop());
    }
  }

  private void setUp() throws IOException {
    ClusterPlan plan =
        new ClusterPlan(new HostPort("127.0.0.1", freePort()), 3, 2, diskSize, 3, 4, false);
    ConfigFile.write(cluster.configFile(), plan.configFor(cluster.path()));
  }

  private static int freePort() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket preferred = new ServerSocket(PREFERRED_PORT, 1, loopback)) {
      return preferred.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket any = new ServerSocket(0, 1, loopback)) {
        return any.getLocalPort();
      }
    }
  }

  private void startCluster(String how) throws IOException {
    BackgroundProcess.start(
        List.of("cluster", "run", "--data-dir", cluster.path().toString()),
        cluster.logFile(),
        cluster.pidFile(),
        Duration.ofSeconds(60));
    narrator.say(
        "cluster %s %s: 1 Mgmtd, 1 Meta, 3 storage nodes with 2 disks of %s each",
        cluster.spec(), how, diskSize);
  }

  private void stopCluster() throws IOException {
    OptionalLong running = cluster.runningPid();
    if (running.isPresent() && !BackgroundProcess.stop(running.getAsLong(), STOP_TIMEOUT)) {
      throw new IOException(
          "the cluster (process "
              + running.getAsLong()
              + ") did not end; see "
              + cluster.logFile());
    }
    narrator.say("cluster stopped");
  }

  private Path mountPoint() {
    return cluster.path().resolve("mnt");
  }

  private void mount() throws IOException {
    if (mounting && !(Files.isReadable(FUSE_DEVICE) && Files.isWritable(FUSE_DEVICE))) {
      narrator.say(
          "%s: using the client library instead of a mount",
          Files.exists(FUSE_DEVICE)
              ? "no right to use /dev/fuse"
              : "there is no /dev/fuse on this machine");
      mounting = false;
    }
    if (!mounting) {
      return;
    }
    Files.createDirectories(mountPoint());
    int exitCode =
        Luciola.run(
            "mount",
            "--log",
            cluster.path().resolve("mount.log").toString(),
            cluster.spec().toString(),
            mountPoint().toString());
    if (exitCode == 0) {
      narrator.say("mounted at %s", mountPoint());
    } else {
      narrator.say("the mount is not possible here (reason above): using the client library");
      mounting = false;
    }
  }

  private void unmount() throws IOException {
    if (!mounting) {
      return;
    }
    if (Luciola.run("umount", mountPoint().toString()) != 0) {
      throw new IOException("cannot unmount " + mountPoint());
    }
    narrator.say("unmounted");
  }

  private void copyIn(List<Path> entries) throws IOException, InterruptedException {
    double startSeconds = narrator.elapsedSeconds();
    long bytes = 0;
    if (mounting) {
      LocalTree target = new LocalTree(mountPoint().resolve(TREE_NAME), false);
      Files.createDirectory(target.root());
      for (int i = 0; i < entries.size(); i++) {
        target.copyIn(source, entries.get(i));
        bytes += sizeOf(entries.get(i));
        narrator.progress("copying", i + 1, entries.size());
      }
    } else {
      try (LuciolaClient client = connect();
          LibraryTree target = LibraryTree.create(client, TREE_NAME)) {
        for (int i = 0; i < entries.size(); i++) {
          target.copyIn(source, entries.get(i));
          bytes += sizeOf(entries.get(i));
          narrator.progress("copying", i + 1, entries.size());
        }
      }
    }
    narrator.say(
        "copied %d files and directories (%s) in %.1f s",
        entries.size(), ByteSize.approximate(bytes), narrator.elapsedSeconds() - startSeconds);
  }

  private long sizeOf(Path entry) throws IOException {
    Path path = source.root().resolve(entry);
    return Files.isRegularFile(path) && !Files.isSymbolicLink(path) ? Files.size(path) : 0;
  }

  private LuciolaClient connect() throws InterruptedException {
    return LuciolaClient.connect(ClientOptions.of(cluster.spec()));
  }

  private void compare(String when, String expected) throws IOException, InterruptedException {
    String actual;
    if (mounting) {
      actual = new LocalTree(mountPoint().resolve(TREE_NAME), false).digest();
    } else {
      try (LuciolaClient client = connect();
          LibraryTree tree = LibraryTree.open(client, TREE_NAME)) {
        actual = tree.digest();
      }
    }
    if (!actual.equals(expected)) {
      throw new IOException(
          "the digest "
              + when
              + " differs: source "
              + expected
              + ", Luciola "
              + actual
              + " (logs in "
              + cluster.path()
              + ")");
    }
    narrator.say("digest %s: source %s", when, expected);
    narrator.say("digest %s: Luciola %s: identical", when, actual);
  }

  private void measure() throws IOException {
    narrator.say(
        "4 KiB random reads from the cluster through the client library, %d s", fioSeconds);
    fio(
        List.of(
            "--name=cluster-randread",
            "--ioengine=cluster",
            "--cluster=" + cluster.spec(),
            "--filename=/fio-cluster"));
    if (mounting) {
      narrator.say("4 KiB random reads from the mount, %d s", fioSeconds);
      fio(
          List.of(
              "--name=mount-randread",
              "--ioengine=posix",
              "--direct=1",
              "--filename=" + mountPoint().resolve("fio-mount")));
    }
  }

  private void fio(List<String> engine) throws IOException {
    List<String> command = new ArrayList<>(List.of("fio"));
    command.addAll(engine);
    command.addAll(
        List.of(
            "--rw=randread",
            "--bs=4k",
            "--iodepth=16",
            "--size=64m",
            "--time_based",
            "--runtime=" + fioSeconds));
    int exitCode = Luciola.run(command.toArray(String[]::new));
    if (exitCode != 0) {
      throw new IOException("fio failed with exit code " + exitCode);
    }
  }

  private void conclude(int entries) {
    if (keep) {
      narrator.say("left running, as asked:");
      if (mounting) {
        narrator.say("  use it:    ls %s", mountPoint());
      }
      narrator.say("  look:      luciola cluster status --data-dir %s", cluster.path());
      narrator.say("  stop it:   %s", howToStop());
    }
    narrator.say(
        "Shown: %d files and directories went through %s onto three replicas each, were identical"
            + " after the copy and after a restart of everything, and 4 KiB random reads were"
            + " measured %s.",
        entries,
        mounting ? "the mount" : "the client library",
        mounting ? "on the cluster and on the mount" : "on the cluster");
  }

  private String howToStop() {
    String stop = "luciola cluster stop --data-dir " + cluster.path();
    return Files.exists(mountPoint()) ? "luciola umount " + mountPoint() + " && " + stop : stop;
  }

  private void cleanUp() throws IOException {
    takeMountAway();
    stopCluster();
    cluster.delete();
    narrator.say("removed %s", cluster.path());
  }

  /** Also one that an earlier run left, and one that somebody has a file open in. */
  private void takeMountAway() throws IOException {
    String ourMount = " " + mountPoint() + " ";
    if (Files.readString(Path.of("/proc/self/mounts")).contains(ourMount)
        && Luciola.run("umount", mountPoint().toString()) != 0) {
      Luciola.run("umount", "--lazy", mountPoint().toString());
    }
  }
}
