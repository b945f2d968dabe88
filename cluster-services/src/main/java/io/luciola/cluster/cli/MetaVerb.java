package io.luciola.cluster.cli;

import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.MetaConfig;
import io.luciola.cluster.meta.MetaServer;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code luciola meta}. */
@Command(name = "meta", description = "The metadata service.", mixinStandardHelpOptions = true)
final class MetaVerb {

  @Command(
      name = "run",
      description = "Runs a Meta in the foreground until it is told to end.",
      mixinStandardHelpOptions = true)
  int run(@Mixin ServiceOptions options) throws IOException, InterruptedException {
    MetaConfig config = ConfigFile.read(options.config, MetaConfig.class);
    ServiceLoop.run(() -> MetaServer.start(config), options.readyFile);
    return 0;
  }
}
