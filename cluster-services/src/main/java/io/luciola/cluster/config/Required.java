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
}
