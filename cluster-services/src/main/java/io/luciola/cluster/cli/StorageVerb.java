package io.luciola.cluster.cli;

import io.luciola.cluster.config.ConfigFile;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.storage.StorageService;
import java.io.IOException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code luciola storage}. */
@Command(name = "storage", description = "A storage node.", mixinStandardHelpOptions = true)
final class StorageVerb {

  @Command(
      name = "run",
      description = "Runs a storage node in the foreground until it is told to end.",
      mixinStandardHelpOptions = true)
  int run(@Mixin ServiceOptions options) throws IOException, InterruptedException {
    Supplier<StorageConfig> configuration =
        () -> ConfigFile.read(options.config, StorageConfig.class);
    StorageConfig config = configuration.get();
    ServiceLoop.run(() -> StorageService.start(config, configuration), options.readyFile);
    return 0;
  }
}
