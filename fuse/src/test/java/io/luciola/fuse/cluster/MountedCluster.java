package io.luciola.fuse.cluster;

import io.luciola.cluster.assembly.ClusterDirectory;
import io.luciola.cluster.assembly.ClusterPlan;
import io.luciola.cluster.cli.BackgroundProcess;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A one-process cluster and a mount of it, each in a process of its own that can be killed. */
final class MountedCluster implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ClusterDirectory cluster;
  private final Path mountPoint;
  private final Path mountReady;
  private long clusterPid;
  private long mountPid;

  private MountedCluster(Path directory) {
    cluster = new ClusterDirectory(directory.resolve("cluster"));
    mountPoint = directory.resolve("mnt");
    mountReady = directory.resolve("mount.ready");
  }

  /** Three nodes with one disk each; skips the test where nothing can be mounted. */
  static MountedCluster start(Path directory, int disksPerNode, String diskSize)
      throws IOException {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/dev/fuse")), "no usable /dev/fuse: no mount is tested");
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root may mount: no mount is tested");
    MountedCluster mounted = new MountedCluster(directory);
    ConfigFile.write(
        mounted.cluster.configFile(),
        new ClusterPlan(
                new HostPort("127.0.0.1", freePort()), 3, disksPerNode, diskSize, 3, 3, false)
            .configFor(mounted.cluster.path()));
    Files.createDirectory(mounted.mountPoint);
    try {
      mounted.startCluster();
      mounted.mount();
      return mounted;
    } catch (IOException | RuntimeException failure) {
      mounted.close();
      throw failure;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  Path path(String name) {
    return mountPoint.resolve(name);
  }

  void startCluster() throws IOException {
    clusterPid =
        BackgroundProcess.start(
            List.of("cluster", "run", "--data-dir", cluster.path().toString()),
            cluster.logFile(),
            cluster.pidFile(),
            TIMEOUT);
  }

  void mount() throws IOException {
    mountPid =
        BackgroundProcess.start(
            List.of(
                "mount",
                "-f",
                "--ready-file=" + mountReady,
                cluster.spec().toString(),
                mountPoint.toString()),
            cluster.path().resolve("mount.log"),
            mountReady,
            TIMEOUT);
  }

  void killCluster() {
    kill(clusterPid);
  }

  void killMount() {
    kill(mountPid);
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  void stopCluster() throws IOException {
    if (!BackgroundProcess.stop(clusterPid, TIMEOUT)) {
      throw new IOException("the cluster did not stop; its log:\n" + logs());
    }
  }

  void unmount() throws Exception {
    run("umount", mountPoint.toString());
    ProcessHandle.of(mountPid).ifPresent(process -> process.onExit().join());
  }

  String logs() throws IOException {
    return Files.readString(cluster.logFile())
        + Files.readString(cluster.path().resolve("mount.log"));
  }

  /** Makes the kernel forget file contents, so that reads come from the cluster. */
  static void dropPageCache() throws IOException {
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "1");
  }

  /** Runs a bash script in a directory and returns what it prints; fails when it does. */
  static String bash(Path directory, String script) throws Exception {
    Process process =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError("'" + script + "' failed: " + output);
    }
    return output;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  @Override
  public void close() throws IOException {
    try {
      if (ProcessHandle.of(mountPid).isPresent() && run("umount", mountPoint.toString()) != 0) {
        run("umount", "-l", mountPoint.toString());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    BackgroundProcess.stop(mountPid, Duration.ofSeconds(15));
    kill(mountPid);
    BackgroundProcess.stop(clusterPid, Duration.ofSeconds(15));
    kill(clusterPid);
  }
}
