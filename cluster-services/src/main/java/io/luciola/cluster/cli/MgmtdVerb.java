package io.luciola.cluster.cli;

import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.mgmtd.MgmtdServer;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code luciola mgmtd}. */
@Command(name = "mgmtd", description = "The cluster manager.", mixinStandardHelpOptions = true)
final class MgmtdVerb {

  @Command(
      name = "run",
      description = "Runs a Mgmtd in the foreground until it is told to end.",
      mixinStandardHelpOptions = true)
  int run(@Mixin ServiceOptions options) throws IOException, InterruptedException {
    MgmtdConfig config = ConfigFile.read(options.config, MgmtdConfig.class);
    ServiceLoop.run(() -> MgmtdServer.start(config), options.readyFile);
    return 0;
  }
}
