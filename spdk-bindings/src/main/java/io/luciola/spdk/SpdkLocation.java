package io.luciola.spdk;

import java.nio.file.Path;

/** The outcome of a search for SPDK. */
public sealed interface SpdkLocation {

  /**
   * SPDK can be loaded from here.
   *
   * @param library the one shared library to open, with {@code RTLD_NOW | RTLD_GLOBAL}
   * @param description what was found and how, for people
   */
  record Found(Path library, String description) implements SpdkLocation {}

  /**
   * There is no SPDK that can be loaded.
   *
   * @param message what was looked for, where, and what to do
   */
  record Missing(String message) implements SpdkLocation {}
}
