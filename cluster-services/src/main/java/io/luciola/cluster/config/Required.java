package io.luciola.cluster.config;

import org.jspecify.annotations.Nullable;

/** The check that a key was given. */
final class Required {

  private Required() {}

  static void key(String name, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("the key '" + name + "' is missing");
    }
  }

  /** The check that a service has one store: in its own process, or in another. */
  static void oneStore(@Nullable Object dataDir, @Nullable Object kv) {
    if (dataDir == null && kv == null) {
      throw new IllegalArgumentException("the key 'data-dir' or the key 'kv' is missing");
    }
    if (dataDir != null && kv != null) {
      throw new IllegalArgumentException("only one of 'data-dir' and 'kv' may be given");
    }
  }
}
