package io.luciola.cluster.assembly;

import io.luciola.blockstore.device.DeviceSpec;
import io.luciola.cluster.config.ClusterConfig;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.StorageConfig;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a one-process cluster: configuration, the services' data, log and process id.
 *
 * @param path the directory
 */
public record ClusterDirectory(Path path) {

  /** Where a cluster lives when nobody says otherwise. */
  public static Path defaultPath() {
    return Path.of(System.getProperty("user.home"), ".luciola", "cluster");
  }

  /** The configuration. */
  public Path configFile() {
    return path.resolve("cluster.toml");
  }

  /** What the process logs. */
  public Path logFile() {
    return path.resolve("cluster.log");
  }

  /** Exists while the cluster serves; holds the process id. */
  public Path pidFile() {
    return path.resolve("cluster.pid");
  }

  /** Whether a cluster was set up here. */
  public boolean exists() {
    return Files.exists(configFile());
  }

  /** Reads the configuration. */
  public ClusterConfig config() {
    return ConfigFile.read(configFile(), ClusterConfig.class);
  }

  /** How clients name the cluster. */
  public ClusterSpec spec() {
    return new ClusterSpec(List.of(config().mgmtd().listen()));
  }

  /**
   * Claims the directory for this process, which is about to serve it.
   *
   * @return empty when another process serves it, or is about to
   */
  public Optional<ClusterLock> tryLock() throws IOException {
    return ClusterLock.tryTake(lockFile());
  }

  /** The process that serves this cluster now; empty when there is none. */
  public OptionalLong runningPid() throws IOException {
    if (!Files.exists(lockFile())) {
      return OptionalLong.empty();
    }
    Optional<ClusterLock> free = tryLock();
    if (free.isPresent()) {
      free.get().close();
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(pidFile()).strip()));
    } catch (NoSuchFileException notServingYet) {
      return OptionalLong.empty();
    }
  }

  private Path lockFile() {
    return path.resolve("cluster.lock");
  }

  /**
   * Removes the cluster that was set up here, with all its data, and the directory if nothing else
   * is in it. Does nothing where none was set up.
   */
  public void delete() throws IOException {
    if (!exists()) {
      return;
    }
    ClusterConfig config = config();
    deleteTree(config.mgmtd().dataDir());
    deleteTree(config.meta().dataDir());
    for (StorageConfig node : config.storage()) {
      for (String disk : node.disks()) {
        if (DeviceSpec.parse(disk) instanceof DeviceSpec.Uring file
            && file.path().startsWith(path)) {
          deleteTree(file.path().getParent());
        }
      }
    }
    for (Path own :
        List.of(pidFile(), lockFile(), logFile(), path.resolve("mount.log"), path.resolve("mnt"))) {
      Files.deleteIfExists(own);
    }
    Files.delete(configFile());
    try {
      Files.delete(path);
    } catch (DirectoryNotEmptyException somethingElse) {
      // what we did not make, we leave
      return;
    }
  }

  /** Null: the data is not here. */
  private static void deleteTree(@Nullable Path top) throws IOException {
    if (top == null || !Files.exists(top)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(top)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
