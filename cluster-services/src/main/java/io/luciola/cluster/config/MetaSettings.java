package io.luciola.cluster.config;

import io.luciola.blockstore.device.ByteSize;
import io.luciola.chaintable.FileLayout;
import io.luciola.chaintable.allocation.FileGrowth;
import org.jspecify.annotations.Nullable;

/**
 * What all Meta services of a cluster go by; changes count for files that are created from then on.
 *
 * @param chunkSize chunk size of new files, a power of two from {@code 4KiB} to {@code 64MiB};
 *     {@code 1MiB} when it is missing
 * @param maxStripe most chains that a run of a file's chunks is spread over, 1 to 4096; as many as
 *     a round of the chain table has when it is missing
 * @param emptierPreference how much emptier chains are preferred, 0 to 16: the power of the free
 *     part with which a chain is drawn; 6 when it is missing
 */
public record MetaSettings(
    @Nullable String chunkSize, @Nullable Integer maxStripe, @Nullable Double emptierPreference) {

  /** What counts where nothing is said. */
  public static final MetaSettings DEFAULTS = new MetaSettings(null, null, null);

  private static final double MOST_PREFERENCE = 16;

  /** Checks the ranges. */
  public MetaSettings {
    if (chunkSize != null) {
      chunkBytes(chunkSize);
    }
    if (maxStripe != null && (maxStripe < 1 || maxStripe > FileGrowth.MOST_STRIPE)) {
      throw new IllegalArgumentException(
          "max-stripe must be 1 to " + FileGrowth.MOST_STRIPE + ", not " + maxStripe);
    }
    if (emptierPreference != null
        && !(emptierPreference >= 0 && emptierPreference <= MOST_PREFERENCE)) {
      throw new IllegalArgumentException(
          "emptier-preference must be 0 to 16, not " + emptierPreference);
    }
  }

  /** Chunk size of new files in bytes, or what is given when nothing is said. */
  public int chunkSizeBytes(int otherwise) {
    return chunkSize == null ? otherwise : chunkBytes(chunkSize);
  }

  /** Most chains of a new file, or what is given when nothing is said. */
  public int maxStripe(int otherwise) {
    return maxStripe == null ? otherwise : maxStripe;
  }

  /** How much emptier chains are preferred, or what is given when nothing is said. */
  public double emptierPreference(double otherwise) {
    return emptierPreference == null ? otherwise : emptierPreference;
  }

  private static int chunkBytes(String size) {
    long bytes;
    try {
      bytes = ByteSize.parse(size);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("chunk-size: " + wrong.getMessage(), wrong);
    }
    if (!FileLayout.isChunkSize(bytes)) {
      throw new IllegalArgumentException(
          "chunk-size must be a power of two from 4KiB to 64MiB, not " + size);
    }
    return (int) bytes;
  }
}
