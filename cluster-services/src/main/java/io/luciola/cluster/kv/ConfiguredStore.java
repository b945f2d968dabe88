package io.luciola.cluster.kv;

import io.luciola.cluster.config.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The store that a service's configuration names. */
public final class ConfiguredStore {

  private ConfiguredStore() {}

  /**
   * Opens it.
   *
   * @param dataDir a store in this process; null for one in another process
   * @param kv where another process serves a store; null for one in this process
   * @throws IOException when a store in this process is in use or damaged
   */
  public static KeyValueStore open(
      @Nullable Path dataDir, @Nullable HostPort kv, RandomGenerator random) throws IOException {
    return kv == null
        ? new EmbeddedStore(dataDir, EmbeddedOptions.DEFAULT, System::nanoTime, random)
        : new RemoteStore(kv, System::nanoTime, random);
  }
}
