package io.luciola.chaintable;

import java.util.Arrays;

/**
 * Where the chunks of a file live: chunk {@code i} on chain {@code chainIds[i mod stripe]}.
 *
 * @param chunkSizeBytes a power of two, 4 KiB to 64 MiB
 * @param chainIds the file's chains in slot order; not empty; not to be changed by anyone
 */
@SuppressWarnings("ArrayRecordComponent") // read for every I/O; equality is defined below
public record FileLayout(int chunkSizeBytes, int[] chainIds) {

  /** Checks the ranges. */
  public FileLayout {
    if (Integer.bitCount(chunkSizeBytes) != 1
        || chunkSizeBytes < 4096
        || chunkSizeBytes > 64 << 20) {
      throw new IllegalArgumentException(
          "chunk size must be a power of two from 4 KiB to 64 MiB, not " + chunkSizeBytes);
    }
    if (chainIds.length == 0) {
      throw new IllegalArgumentException("a layout needs at least one chain");
    }
  }

  /** Index of the chunk that holds a file offset. */
  public int chunkIndex(long offsetBytes) {
    return (int) (offsetBytes >>> Integer.numberOfTrailingZeros(chunkSizeBytes));
  }

  /** The chain that holds a chunk. */
  public int chainOf(int chunkIndex) {
    return chainIds[Integer.remainderUnsigned(chunkIndex, chainIds.length)];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileLayout layout
        && chunkSizeBytes == layout.chunkSizeBytes
        && Arrays.equals(chainIds, layout.chainIds);
  }

  @Override
  public int hashCode() {
    return 31 * chunkSizeBytes + Arrays.hashCode(chainIds);
  }

  @Override
  public String toString() {
    return "FileLayout[chunkSizeBytes="
        + chunkSizeBytes
        + ", chainIds="
        + Arrays.toString(chainIds)
        + "]";
  }
}
