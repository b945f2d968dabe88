package io.luciola.cluster.cli;

import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.KvConfig;
import io.luciola.cluster.kv.KvServer;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code luciola kv}. */
@Command(
    name = "kv",
    description = "A key-value store which several Mgmtds and Metas share.",
    mixinStandardHelpOptions = true)
final class KvVerb {

  @Command(
      name = "run",
      description = "Runs a key-value store in the foreground until it is told to end.",
      mixinStandardHelpOptions = true)
  int run(@Mixin ServiceOptions options) throws IOException, InterruptedException {
    KvConfig config = ConfigFile.read(options.config, KvConfig.class);
    ServiceLoop.run(() -> KvServer.start(config), options.readyFile);
    return 0;
  }
}
