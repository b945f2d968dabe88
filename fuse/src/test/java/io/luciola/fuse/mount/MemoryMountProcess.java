package io.luciola.fuse.mount;

import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.Namespace;
import io.luciola.fuse.MountSource;
import io.luciola.fuse.cli.MountCommand;
import io.luciola.fuse.fake.MemoryChunks;
import io.luciola.fuse.fake.MemoryNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** A process of its own that runs the mount verb on a cluster in memory. */
final class MemoryMountProcess {

  private MemoryMountProcess() {}

  /** Takes the verb's arguments. */
  public static void main(String[] arguments) {
    MountCommand command = new MountCommand(cluster -> new MemoryCluster());
    System.exit(new CommandLine(command).execute(arguments));
  }

  /** Starts the process; its output goes to a file. */
  static Process start(Path output, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            MemoryMountProcess.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static final class MemoryCluster implements MountSource {

    private final MemoryNamespace namespace = new MemoryNamespace();
    private final MemoryChunks chunks = new MemoryChunks();

    @Override
    public Namespace namespace() {
      return namespace;
    }

    @Override
    public DataPath openDataPath() {
      return chunks.openDataPath();
    }

    @Override
    public void close() {
      System.out.println(
          "sessions left: "
              + namespace.openSessions()
              + ", lengths recorded: "
              + namespace.lengthsRecorded());
    }
  }
}
