package io.luciola.fio.failover;

import io.luciola.cluster.cli.output.OutputFormat;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the benches of a cluster of processes have in common. */
final class ClusterBenchOptions {

  @Option(
      names = "--device",
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "A directory for the cluster's disk files (default: this one). All files lie in a"
              + " directory of their own in it, which is removed at the end.")
  Path device;

  @Option(
      names = "--disk-size",
      paramLabel = "SIZE",
      defaultValue = "2GiB",
      description = "Size of each of the three disk files (default: ${DEFAULT-VALUE}).")
  String diskSize;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Chooses victims, moments and blocks (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  OutputFormat output;

  @SuppressWarnings("NullAway.Init") // picocli fills it in
  ClusterBenchOptions() {}
}
