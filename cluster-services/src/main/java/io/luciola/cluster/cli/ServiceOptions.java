package io.luciola.cluster.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every {@code run}. */
final class ServiceOptions {

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration in TOML; docs/operations.md lists the keys.")
  Path config;

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "Written with the process id when the service serves; removed at the end.")
  @Nullable Path readyFile;
}
