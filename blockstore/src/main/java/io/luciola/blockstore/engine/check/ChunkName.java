package io.luciola.blockstore.engine.check;

/**
 * Which chunk.
 *
 * @param targetId the target
 * @param hi upper half of the chunk id
 * @param lo lower half of the chunk id
 */
public record ChunkName(long targetId, long hi, long lo) {

  /** The id as logs write it: 32 hexadecimal digits. */
  public String id() {
    return String.format("%016x%016x", hi, lo);
  }

  @Override
  public String toString() {
    return "target " + targetId + " chunk " + id();
  }
}
