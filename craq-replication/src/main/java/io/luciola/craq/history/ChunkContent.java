package io.luciola.craq.history;

import java.util.Arrays;

/**
 * What a chunk holds, told by who wrote it: a sequence of runs, each a number of bytes and the id
 * of the value written there; or nothing at all, when there is no such chunk. Immutable. Two are
 * equal when every byte comes from the same write.
 */
public final class ChunkContent {

  /** The value of bytes that nobody wrote: gaps, and what a truncation added. */
  public static final long ZEROS = 0;

  /** There is no such chunk. */
  public static final ChunkContent ABSENT = new ChunkContent(false, new int[0], new long[0]);

  /** A chunk of length 0. */
  public static final ChunkContent EMPTY = new ChunkContent(true, new int[0], new long[0]);

  private final boolean exists;
  private final int[] ends;
  private final long[] values;
  private final int hash;

  private ChunkContent(boolean exists, int[] ends, long[] values) {
    this.exists = exists;
    this.ends = ends;
    this.values = values;
    this.hash = 31 * (31 * Arrays.hashCode(ends) + Arrays.hashCode(values)) + (exists ? 1 : 0);
  }

  /** A chunk that holds one value only; {@link #EMPTY} for a length of 0. */
  public static ChunkContent of(int lengthBytes, long value) {
    return EMPTY.append(lengthBytes, value);
  }

  /**
   * This with another run behind its end. Appending to {@link #ABSENT} makes a chunk.
   *
   * @throws IllegalArgumentException when the length is negative, the chunk's would not fit an int,
   *     or the value is negative or the greatest long
   */
  public ChunkContent append(int lengthBytes, long value) {
    if (lengthBytes < 0 || lengthBytes() + lengthBytes < 0) {
      throw new IllegalArgumentException("run of " + lengthBytes + " bytes behind " + this);
    }
    if (value < 0 || value == ChunkHistory.UNSEEN) {
      throw new IllegalArgumentException("value " + value);
    }
    Runs runs = new Runs(ends.length + 1);
    runs.copy(this, 0, lengthBytes());
    runs.add(lengthBytes() + lengthBytes, value);
    return runs.content();
  }

  /** Whether there is a chunk. */
  public boolean exists() {
    return exists;
  }

  /** The chunk's length; 0 when there is none. */
  public int lengthBytes() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** The values shown, one for each run; the same one may come again. */
  public long[] values() {
    return values.clone();
  }

  /** This after a write of a value; a gap before the offset becomes zeros. */
  ChunkContent write(int offsetBytes, int lengthBytes, long value) {
    int length = lengthBytes();
    int end = offsetBytes + lengthBytes;
    Runs runs = new Runs(ends.length + 3);
    runs.copy(this, 0, Math.min(offsetBytes, length));
    runs.add(offsetBytes, ZEROS);
    runs.add(end, value);
    runs.copy(this, end, length);
    return runs.content();
  }

  /** This cut to a length, or extended to it with zeros. */
  ChunkContent truncate(int lengthBytes) {
    Runs runs = new Runs(ends.length + 1);
    runs.copy(this, 0, Math.min(lengthBytes, lengthBytes()));
    runs.add(lengthBytes, ZEROS);
    return runs.content();
  }

  /** Whether every byte that holds a value in another content holds it here too. */
  boolean keeps(long value, ChunkContent other) {
    int start = 0;
    for (int i = 0; i < other.ends.length; i++) {
      if (other.values[i] == value && !holds(value, start, other.ends[i])) {
        return false;
      }
      start = other.ends[i];
    }
    return true;
  }

  private boolean holds(long value, int from, int to) {
    int start = 0;
    for (int i = 0; i < ends.length; i++) {
      if (start <= from && to <= ends[i]) {
        return values[i] == value;
      }
      start = ends[i];
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkContent that
        && hash == that.hash
        && exists == that.exists
        && Arrays.equals(ends, that.ends)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Runs as value and bytes: {@code v7*4096 zeros*8192}. */
  @Override
  public String toString() {
    if (!exists) {
      return "no such chunk";
    }
    if (ends.length == 0) {
      return "empty";
    }
    StringBuilder text = new StringBuilder();
    int start = 0;
    for (int i = 0; i < ends.length; i++) {
      text.append(i == 0 ? "" : " ").append(values[i] == ZEROS ? "zeros" : "v" + values[i]);
      text.append('*').append(ends[i] - start);
      start = ends[i];
    }
    return text.toString();
  }

  /** Runs in the making; neighbours of one value become one run. */
  private static final class Runs {
    private final int[] ends;
    private final long[] values;
    private int count;

    Runs(int max) {
      ends = new int[max];
      values = new long[max];
    }

    /** Goes on with a value up to an end, if that is not reached already. */
    void add(int end, long value) {
      if (end <= (count == 0 ? 0 : ends[count - 1])) {
        return;
      }
      if (count == 0 || values[count - 1] != value) {
        values[count++] = value;
      }
      ends[count - 1] = end;
    }

    /** Goes on with what another content has between two places; the first is where this ends. */
    void copy(ChunkContent from, int start, int end) {
      for (int i = 0; i < from.ends.length && start < end; i++) {
        if (from.ends[i] > start) {
          start = Math.min(from.ends[i], end);
          add(start, from.values[i]);
        }
      }
    }

    ChunkContent content() {
      return new ChunkContent(true, Arrays.copyOf(ends, count), Arrays.copyOf(values, count));
    }
  }
}
