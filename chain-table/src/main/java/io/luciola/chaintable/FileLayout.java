package io.luciola.chaintable;

import java.util.Arrays;
import java.util.List;

/**
 * Where the chunks of a file live: segments that follow each other from chunk 0, each with its
 * chains. What a layout covers never changes; a longer one of the same file begins with it. Chunk
 * indexes are unsigned.
 */
public final class FileLayout {

  /** Chunks that a file can have. */
  public static final long MOST_CHUNKS = 1L << 32;

  /** The smallest chunk size. */
  public static final int LEAST_CHUNK_BYTES = 4 << 10;

  /** The largest chunk size. */
  public static final int MOST_CHUNK_BYTES = 64 << 20;

  /**
   * Chunks that share their chains: chunk {@code c} is on {@code chainIds[(c - firstChunk) mod n]}.
   *
   * @param firstChunk 0 or more
   * @param chunkCount positive
   * @param chainIds in slot order; not empty; not to be changed by anyone
   */
  @SuppressWarnings("ArrayRecordComponent") // read for every I/O; equality is defined below
  public record Segment(long firstChunk, long chunkCount, int[] chainIds) {

    /** Checks the ranges. */
    public Segment {
      if (firstChunk < 0 || chunkCount <= 0 || chunkCount > MOST_CHUNKS - firstChunk) {
        throw new IllegalArgumentException(
            chunkCount + " chunks from " + firstChunk + " on are none, or more than a file has");
      }
      if (chainIds.length == 0) {
        throw new IllegalArgumentException("a segment needs at least one chain");
      }
    }

    /** The first chunk behind it. */
    public long endChunk() {
      return firstChunk + chunkCount;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Segment segment
          && firstChunk == segment.firstChunk
          && chunkCount == segment.chunkCount
          && Arrays.equals(chainIds, segment.chainIds);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * Long.hashCode(firstChunk) + Long.hashCode(chunkCount))
          + Arrays.hashCode(chainIds);
    }

    @Override
    public String toString() {
      return "[" + firstChunk + ", " + endChunk() + ") on " + Arrays.toString(chainIds);
    }
  }

  private final int chunkSizeBytes;
  private final Segment[] segments;
  private final long endChunk;

  /**
   * A layout that covers nothing.
   *
   * @param chunkSizeBytes a power of two, 4 KiB to 64 MiB
   */
  public FileLayout(int chunkSizeBytes) {
    this(chunkSizeBytes, new Segment[0]);
  }

  private FileLayout(int chunkSizeBytes, Segment[] segments) {
    if (!isChunkSize(chunkSizeBytes)) {
      throw new IllegalArgumentException(
          "chunk size must be a power of two from 4 KiB to 64 MiB, not " + chunkSizeBytes);
    }
    this.chunkSizeBytes = chunkSizeBytes;
    this.segments = segments;
    this.endChunk = segments.length == 0 ? 0 : segments[segments.length - 1].endChunk();
  }

  /** Whether chunks can be so large: a power of two, 4 KiB to 64 MiB. */
  public static boolean isChunkSize(long bytes) {
    return Long.bitCount(bytes) == 1 && bytes >= LEAST_CHUNK_BYTES && bytes <= MOST_CHUNK_BYTES;
  }

  /** The same chains for all chunks that the file can ever have. */
  public static FileLayout whole(int chunkSizeBytes, int[] chainIds) {
    return new FileLayout(chunkSizeBytes).with(MOST_CHUNKS, chainIds);
  }

  /** This layout with one more segment behind it. */
  public FileLayout with(long chunkCount, int[] chainIds) {
    Segment[] longer = Arrays.copyOf(segments, segments.length + 1);
    longer[segments.length] = new Segment(endChunk, chunkCount, chainIds);
    return new FileLayout(chunkSizeBytes, longer);
  }

  /** Size of the chunks; the last one of a file may be shorter. */
  public int chunkSizeBytes() {
    return chunkSizeBytes;
  }

  /** The segments in their order. */
  public List<Segment> segments() {
    return List.of(segments);
  }

  /** How many segments there are. */
  public int segmentCount() {
    return segments.length;
  }

  /** The first chunk that is not covered; {@link #MOST_CHUNKS} when all are. */
  public long endChunk() {
    return endChunk;
  }

  /** The first byte that is not covered. */
  public long endBytes() {
    return endChunk * chunkSizeBytes;
  }

  /** Index of the chunk that holds a file offset. */
  public int chunkIndex(long offsetBytes) {
    return (int) (offsetBytes >>> Integer.numberOfTrailingZeros(chunkSizeBytes));
  }

  /** Whether it is said where a chunk is. */
  public boolean covers(int chunkIndex) {
    return Integer.toUnsignedLong(chunkIndex) < endChunk;
  }

  /** The chain that holds a chunk, which must be covered. */
  public int chainOf(int chunkIndex) {
    long chunk = Integer.toUnsignedLong(chunkIndex);
    if (chunk >= endChunk) {
      throw new IndexOutOfBoundsException(
          "chunk " + chunk + " of a layout that covers " + endChunk + " chunks");
    }
    // Segments grow with the file, so most chunks are in the last one.
    Segment segment = segments[segments.length - 1];
    if (chunk < segment.firstChunk) {
      segment = segments[earlierSegment(chunk)];
    }
    return segment.chainIds[(int) ((chunk - segment.firstChunk) % segment.chainIds.length)];
  }

  private int earlierSegment(long chunk) {
    int low = 0;
    int high = segments.length - 2;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments[middle].firstChunk <= chunk) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The chains of the newest chunks that are covered, oldest first. */
  public int[] lastChains(int count) {
    int[] chains = new int[(int) Math.min(count, endChunk)];
    for (int i = 0; i < chains.length; i++) {
      chains[i] = chainOf((int) (endChunk - chains.length + i));
    }
    return chains;
  }

  /** Whether this is the other layout, or a longer one that the same file has later. */
  public boolean beginsWith(FileLayout other) {
    return chunkSizeBytes == other.chunkSizeBytes
        && segments.length >= other.segments.length
        && Arrays.equals(
            segments, 0, other.segments.length, other.segments, 0, other.segments.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileLayout layout
        && segments.length == layout.segments.length
        && beginsWith(layout);
  }

  @Override
  public int hashCode() {
    return 31 * chunkSizeBytes + Arrays.hashCode(segments);
  }

  @Override
  public String toString() {
    return "FileLayout[chunkSizeBytes="
        + chunkSizeBytes
        + ", segments="
        + Arrays.toString(segments)
        + "]";
  }
}
