package io.luciola.blockstore.engine.index;

/**
 * The order-independent digest of a chunk's content: the sum of a mix of each block's number and
 * checksum. Equal content has equal digests, however it came about.
 */
public final class Digest {

  private Digest() {}

  /** What one block adds to the digest; a hole counts as a block of zeros. */
  public static long term(int blockIndex, int checksum) {
    int counted = checksum == BlockChecksums.HOLE ? BlockChecksums.OF_ZEROS : checksum;
    // The finalizer of SplitMix64.
    long mixed = (((long) blockIndex << 32) | (counted & 0xFFFFFFFFL)) + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
