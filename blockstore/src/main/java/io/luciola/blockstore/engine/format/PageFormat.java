package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Crc32c;

/**
 * What all metadata pages share: 4 KiB, the first {@link #HEADER_BYTES} a {@link MetadataHeader}
 * and zeros. The header's epoch is the checkpoint generation that wrote the page, its sequence the
 * page's number; its checksum covers the whole page.
 */
public final class PageFormat {

  /** Size of a page. */
  public static final int BYTES = 4096;

  /** Where the content begins. */
  public static final int HEADER_BYTES = 64;

  private PageFormat() {}

  /** Completes a page whose content is in place. */
  public static void seal(
      long address, int type, long owner, int generation, int page, Crc32c crc) {
    Zeros.put(address, HEADER_BYTES);
    MetadataHeader.put(address, type, owner, generation, page, BYTES);
    MetadataHeader.seal(address, BYTES, crc);
  }

  /** Whether this is the page of that type and number, written by that device, and intact. */
  public static boolean isIntact(long address, int type, long owner, int page, Crc32c crc) {
    return MetadataHeader.isOfType(address, type)
        && MetadataHeader.isOfReadVersion(address)
        && MetadataHeader.owner(address) == owner
        && MetadataHeader.sequence(address) == page
        && MetadataHeader.lengthBytes(address) == BYTES
        && MetadataHeader.isIntact(address, BYTES, crc);
  }

  /** Whether this is the intact page that a certain checkpoint wrote. */
  public static boolean isExpected(
      long address, int type, long owner, int page, int generation, Crc32c crc) {
    return isIntact(address, type, owner, page, crc) && generation(address) == generation;
  }

  /** The checkpoint generation that wrote the page. */
  public static int generation(long address) {
    return (int) MetadataHeader.epoch(address);
  }
}
