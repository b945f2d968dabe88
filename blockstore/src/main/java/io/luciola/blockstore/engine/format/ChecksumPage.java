package io.luciola.blockstore.engine.format;

/** A page of block checksums: 4 bytes for each block of the data area, in order. */
public final class ChecksumPage {

  /** Checksums in a page. */
  public static final int PER_PAGE = (PageFormat.BYTES - PageFormat.HEADER_BYTES) / Integer.BYTES;

  private ChecksumPage() {}
}
