package io.luciola.craq.history;

/** What a client asked for, and for a read what it saw. */
public sealed interface Action {

  private static void checkValue(long value) {
    if (value < 1) {
      throw new IllegalArgumentException("value " + value + " is not positive");
    }
  }

  /** An action that changes the chunk. */
  sealed interface Update extends Action {

    /** The content after this, done to another. Creates the chunk if need be. */
    ChunkContent applyTo(ChunkContent before);
  }

  /**
   * A read of the whole chunk.
   *
   * @param mode what the reader was promised
   * @param version the committed version that came with it; 0 when there was no chunk
   * @param content what was read
   */
  record Read(ReadMode mode, long version, ChunkContent content) implements Action {
    @Override
    public String toString() {
      return mode + " read of version " + version + ": " + content;
    }
  }

  /**
   * Overwrites or appends; a gap before the offset reads as zeros.
   *
   * @param offsetBytes where, from 0
   * @param lengthBytes how much, at least 1
   * @param value who wrote: positive, and of this update alone in the whole history
   */
  record Write(int offsetBytes, int lengthBytes, long value) implements Update {
    /** Checks the range and the value. */
    public Write {
      if (offsetBytes < 0 || lengthBytes < 1 || offsetBytes + lengthBytes < 0) {
        throw new IllegalArgumentException("write of " + lengthBytes + " at " + offsetBytes);
      }
      checkValue(value);
    }

    @Override
    public ChunkContent applyTo(ChunkContent before) {
      return before.write(offsetBytes, lengthBytes, value);
    }

    int endBytes() {
      return offsetBytes + lengthBytes;
    }

    boolean contains(Write other) {
      return offsetBytes <= other.offsetBytes && other.endBytes() <= endBytes();
    }

    boolean overlaps(Write other) {
      return offsetBytes < other.endBytes() && other.offsetBytes < endBytes();
    }

    @Override
    public String toString() {
      return "write of v" + value + " to bytes " + offsetBytes + " to " + endBytes();
    }
  }

  /**
   * Replaces the whole content.
   *
   * @param lengthBytes the new length, at least 1
   * @param value who wrote: positive, and of this update alone in the whole history
   */
  record Replace(int lengthBytes, long value) implements Update {
    /** Checks the length. */
    public Replace {
      if (lengthBytes < 1) {
        throw new IllegalArgumentException("replacement by " + lengthBytes + " bytes");
      }
      checkValue(value);
    }

    @Override
    public ChunkContent applyTo(ChunkContent before) {
      return ChunkContent.of(lengthBytes, value);
    }

    @Override
    public String toString() {
      return "replacement by v" + value + "*" + lengthBytes;
    }
  }

  /**
   * Sets the length: cuts, or extends with zeros.
   *
   * @param lengthBytes the new length, from 0
   */
  record Truncate(int lengthBytes) implements Update {
    /** Checks the length. */
    public Truncate {
      if (lengthBytes < 0) {
        throw new IllegalArgumentException("truncation to " + lengthBytes + " bytes");
      }
    }

    @Override
    public ChunkContent applyTo(ChunkContent before) {
      return before.truncate(lengthBytes);
    }

    @Override
    public String toString() {
      return "truncation to " + lengthBytes;
    }
  }

  /** Removes the chunk, if there is one. */
  record Remove() implements Update {
    @Override
    public ChunkContent applyTo(ChunkContent before) {
      return ChunkContent.ABSENT;
    }

    @Override
    public String toString() {
      return "removal";
    }
  }
}
