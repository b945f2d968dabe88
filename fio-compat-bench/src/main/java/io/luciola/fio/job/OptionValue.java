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

  /**
   * The value as a size.
   *
   * @throws JobException when it is none or outside the range
   */
  public long sizeBytes(long least, long most) {
    long bytes = Values.size(raw == null ? "" : raw, 1024).orElse(-1);
    if (bytes < least || bytes > most) {
      throw error("must be a size from " + least + " to " + most + " bytes");
    }
    return bytes;
  }

  /** An error about this option. */
  public JobException error(String why) {
    return new JobException(
        origin, "failed parsing " + key + (raw == null ? "" : "=" + raw) + ": " + why);
  }
}
