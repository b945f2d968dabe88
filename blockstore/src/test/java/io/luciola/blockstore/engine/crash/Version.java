package io.luciola.blockstore.engine.crash;

import java.util.Arrays;

/**
 * A version of a chunk.
 *
 * @param number the version's number
 * @param kind of the update, while it is pending; 0 when it is committed
 * @param content null when the update removes the chunk
 * @param chainVersion under which it was prepared or committed
 * @param sequence the writer's
 */
@SuppressWarnings("ArrayRecordComponent")
record Version(long number, int kind, byte[] content, int chainVersion, long sequence) {

  boolean isSame(Version other) {
    return other != null
        && number == other.number
        && kind == other.kind
        && chainVersion == other.chainVersion
        && sequence == other.sequence
        && Arrays.equals(content, other.content);
  }

  @Override
  public String toString() {
    return "version "
        + number
        + (kind == 0 ? "" : " of kind " + kind)
        + " of "
        + (content == null ? "no" : content.length)
        + " bytes by "
        + sequence
        + " in "
        + chainVersion;
  }
}
