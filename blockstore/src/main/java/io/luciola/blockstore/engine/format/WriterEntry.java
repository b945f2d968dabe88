package io.luciola.blockstore.engine.format;

/** A writer (client and channel) in a page of the writer table: names of the fields' offsets. */
public final class WriterEntry {

  /** Size of an entry. */
  public static final int BYTES = 16;

  /** Entries in a page. */
  public static final int PER_PAGE = (PageFormat.BYTES - PageFormat.HEADER_BYTES) / BYTES;

  /** The client's id, 8 bytes. */
  public static final int CLIENT = 0;

  /** The client's channel, 4 bytes. */
  public static final int CHANNEL = 8;

  /** In memory: how many chunks name the writer, 4 bytes; without meaning on the device. */
  public static final int REFERENCES = 12;

  private WriterEntry() {}
}
