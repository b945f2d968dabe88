package io.luciola.fio.job;

import org.jspecify.annotations.Nullable;

/**
 * One option as written.
 *
 * @param key the canonical key, aliases resolved
 * @param raw what stood behind the '=', trimmed; null for a bare key
 * @param origin where it stood
 */
public record OptionValue(String key, @Nullable String raw, Origin origin) {

  /** An error about this option. */
  public JobException error(String why) {
    return new JobException(
        origin, "failed parsing " + key + (raw == null ? "" : "=" + raw) + ": " + why);
  }
}
