package io.luciola.blockstore.engine.format;

/**
 * A page of the directory: for each page of the tables, in order, 4 bytes that say which copy of it
 * holds. So a copy that is intact but stale is told from the one that should be there.
 */
public final class DirectoryPage {

  /** Pages which a directory page speaks of. */
  public static final int PER_PAGE = (PageFormat.BYTES - PageFormat.HEADER_BYTES) / Integer.BYTES;

  /** What the directory says of a page that was never written. */
  public static final int NEVER_WRITTEN = 0;

  private DirectoryPage() {}

  /** Bytes of a checkpoint's root: 4 for each directory page, in whole 8 bytes. */
  public static int rootBytes(int directoryPages) {
    return (directoryPages * Integer.BYTES + 7) & -8;
  }

  /** The copy that a checkpoint wrote into one of the two page areas. */
  public static int copy(int generation, int area) {
    return generation << 1 | area;
  }

  /** The page area in which the copy lies: 0 or 1. */
  public static int area(int copy) {
    return copy & 1;
  }

  /** The checkpoint that wrote the copy. */
  public static int generation(int copy) {
    return copy >>> 1;
  }
}
