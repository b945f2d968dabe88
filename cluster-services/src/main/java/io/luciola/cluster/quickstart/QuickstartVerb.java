package io.luciola.cluster.quickstart;

import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luciola quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Shows the whole path once: starts a cluster of three storage nodes with two disks each in"
          + " one process, mounts it, copies a directory tree in, compares digests, restarts"
          + " everything, compares again, and measures 4 KiB random reads.",
      "Removes everything again unless told to keep it."
    },
    mixinStandardHelpOptions = true)
public final class QuickstartVerb implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the cluster lives (default: ~/.luciola/quickstart).")
  private @Nullable Path dataDir;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description = "The tree to copy (default: this checkout, without build output).")
  private @Nullable Path source;

  @Option(
      names = "--disk-size",
      defaultValue = "1GiB",
      description = "Size of each of the six disk files (default: ${DEFAULT-VALUE}).")
  private String diskSize;

  @Option(
      names = "--fio-seconds",
      defaultValue = "5",
      description = "How long each measurement runs (default: ${DEFAULT-VALUE}).")
  private int fioSeconds;

  @Option(
      names = "--no-mount",
      description = "Use the client library even where a mount is possible.")
  private boolean noMount;

  @Option(
      names = "--keep",
      description = "Leave the cluster and the mount running, and say how to use and stop them.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    Path directory =
        (dataDir == null
                ? Path.of(System.getProperty("user.home"), ".luciola", "quickstart")
                : dataDir)
            .toAbsolutePath()
            .normalize();
    Path tree = source == null ? checkout() : source.toAbsolutePath().normalize();
    if (!Files.isDirectory(tree)) {
      throw CommandFailure.usage(tree + " is not a directory");
    }
    if (fioSeconds < 1) {
      throw CommandFailure.usage("--fio-seconds must be at least 1");
    }
    Narrator narrator = new Narrator(spec.commandLine().getOut(), System.console().isTerminal());
    Quickstart quickstart =
        new Quickstart(narrator, directory, tree, diskSize, fioSeconds, !noMount, keep);
    try {
      quickstart.run();
      return 0;
    } catch (IOException failure) {
      throw CommandFailure.failed("quickstart failed: " + failure.getMessage());
    }
  }

  private static Path checkout() {
    String home = System.getProperty("luciola.home");
    if (home == null) {
      throw CommandFailure.usage("the checkout is not known; name a tree with --source");
    }
    return Path.of(home);
  }
}
