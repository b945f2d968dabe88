package io.luciola.cluster.config;

import io.luciola.blockstore.device.ByteSize;
import org.jspecify.annotations.Nullable;

/**
 * What all storage nodes of a cluster go by; changes count at once.
 *
 * @param refillRate most bytes per second that a target sends to one that it refills, for example
 *     {@code 256MiB} (the default); foreground updates that suffer slow it down further
 * @param scrubRate bytes per second that each disk reads to find damage, {@code 0} for none, for
 *     example {@code 32MiB} (the default)
 */
public record StorageSettings(@Nullable String refillRate, @Nullable String scrubRate) {

  /** What counts where nothing is said. */
  public static final StorageSettings DEFAULTS = new StorageSettings(null, null);

  /** Checks the ranges. */
  public StorageSettings {
    if (refillRate != null && bytes("refill-rate", refillRate) < 1) {
      throw new IllegalArgumentException("refill-rate must be above 0, not " + refillRate);
    }
    if (scrubRate != null) {
      bytes("scrub-rate", scrubRate);
    }
  }

  /** Most bytes per second of a refill, or what is given when nothing is said. */
  public long refillBytesPerSecond(long otherwise) {
    return refillRate == null ? otherwise : bytes("refill-rate", refillRate);
  }

  /** Bytes per second of scrubbing, or what is given when nothing is said. */
  public long scrubBytesPerSecond(long otherwise) {
    return scrubRate == null ? otherwise : bytes("scrub-rate", scrubRate);
  }

  private static long bytes(String key, String size) {
    try {
      return ByteSize.parse(size);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(key + ": " + wrong.getMessage(), wrong);
    }
  }
}
