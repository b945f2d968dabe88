package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.ChecksumPage;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.engine.pages.MetadataPages;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the memory for block checksums within bounds: pages are read when they are first needed,
 * and the ones not needed for longest (by the clock algorithm) are dropped while they are as on the
 * device. Whoever looks at checksums has acquired their pages.
 */
final class ChecksumCache implements AutoCloseable {

  private static final byte ON_DEVICE = 0;
  private static final byte IN_MEMORY = 1;
  private static final byte LOADING = 2;
  private static final byte RECENTLY_USED = 3;
  private static final int MAX_LOADS = 16;
  private static final int LEAST_PAGES = 64;
  private static final int EXAMINED_PER_ROUND = 64;

  private final MetadataPages pages;
  private final DeviceLayout layout;
  private final long owner;
  private final Crc32c crc;
  private final Damages damages;
  private final int firstPage;
  private final int pageCount;
  private final int mostInMemory;
  private final byte[] states;
  private final short[] pins;
  private int inMemory;
  private int hand;
  private @Nullable BlockingDevice blocking;
  private Load[] loads = new Load[0];

  /**
   * A cache into which nothing was read yet.
   *
   * @param maxBytes bound on memory; at least 256 KiB are used
   */
  ChecksumCache(
      MetadataPages pages,
      DeviceLayout layout,
      long owner,
      Crc32c crc,
      Damages damages,
      long maxBytes) {
    this.pages = pages;
    this.layout = layout;
    this.owner = owner;
    this.crc = crc;
    this.damages = damages;
    firstPage = layout.firstChecksumPage();
    pageCount = layout.checksumPages();
    mostInMemory = (int) Math.max(LEAST_PAGES, Math.min(maxBytes / PageFormat.BYTES, pageCount));
    boolean bounded = mostInMemory < pageCount;
    states = bounded ? new byte[pageCount] : new byte[0];
    pins = bounded ? new short[pageCount] : new short[0];
  }

  /** Whether not all checksums fit: pages come and go. */
  boolean isBounded() {
    return states.length > 0;
  }

  /** Pages of checksums in memory; only counted when they come and go. */
  int pagesInMemory() {
    return inMemory;
  }

  /** While recovering: pages are waited for. */
  void loadThrough(BlockingDevice device) {
    blocking = device;
  }

  /** From now on pages are read beside other requests. */
  void loadThrough(IoQueue ioQueue) {
    blocking = null;
    loads = new Load[isBounded() ? MAX_LOADS : 0];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = new Load(ioQueue);
    }
  }

  /**
   * Keeps the checksums of blocks in memory until {@link #release}.
   *
   * @return false when they are not there yet: they are being read, try again later
   */
  boolean acquire(long firstBlock, long count) {
    if (!isBounded() || count <= 0) {
      return true;
    }
    int first = pageOf(firstBlock);
    int last = pageOf(firstBlock + count - 1);
    boolean there = true;
    for (int page = first; page <= last; page++) {
      there &= isThere(page);
    }
    for (int page = first; page <= last && there; page++) {
      pins[page]++;
      states[page] = RECENTLY_USED;
    }
    return there;
  }

  /** Ends an {@link #acquire} of the same blocks. */
  void release(long firstBlock, long count) {
    if (!isBounded() || count <= 0) {
      return;
    }
    int last = pageOf(firstBlock + count - 1);
    for (int page = pageOf(firstBlock); page <= last; page++) {
      assert pins[page] > 0 : "checksum page " + page + " is released twice";
      pins[page]--;
    }
  }

  /** Whether the content of a page is in memory now. */
  boolean isInMemory(int page) {
    return !isBounded() || states[page] == IN_MEMORY || states[page] == RECENTLY_USED;
  }

  /** Has a page read that is not in memory, if another one can be read now. */
  void refresh(int page) {
    if (states[page] == ON_DEVICE) {
      load(page);
    }
  }

  /** Drops pages while there are too many. */
  int doWork() {
    int dropped = 0;
    for (int i = 0; i < EXAMINED_PER_ROUND && inMemory > mostInMemory; i++) {
      dropped += examine(hand);
      hand = hand + 1 == pageCount ? 0 : hand + 1;
    }
    return dropped;
  }

  @Override
  public void close() {
    for (Load load : loads) {
      assert load.page < 0 : "closed while a checksum page is being read";
    }
  }

  private int examine(int page) {
    if (states[page] == RECENTLY_USED) {
      states[page] = IN_MEMORY;
      return 0;
    }
    if (states[page] != IN_MEMORY || pins[page] > 0 || !pages.isClean(firstPage + page)) {
      return 0;
    }
    pages.drop(firstPage + page);
    states[page] = ON_DEVICE;
    inMemory--;
    return 1;
  }

  private boolean isThere(int page) {
    if (states[page] == ON_DEVICE) {
      load(page);
    }
    return states[page] != LOADING && states[page] != ON_DEVICE;
  }

  private void load(int page) {
    int copy = pages.copy(firstPage + page);
    if (copy == DirectoryPage.NEVER_WRITTEN) {
      become(page, IN_MEMORY);
      return;
    }
    long offset = layout.pageOffset(firstPage + page, DirectoryPage.area(copy));
    if (blocking != null) {
      blocking.read(offset, pages.address(firstPage + page), PageFormat.BYTES);
      onLoaded(page, copy);
      return;
    }
    for (Load load : loads) {
      if (load.page < 0) {
        load.start(page, copy, offset);
        return;
      }
    }
  }

  private void onLoaded(int page, int copy) {
    become(page, IN_MEMORY);
    if (!PageFormat.isExpected(
        pages.address(firstPage + page),
        layout.pageType(firstPage + page),
        owner,
        firstPage + page,
        DirectoryPage.generation(copy),
        crc)) {
      lose(page);
    }
  }

  /** Makes every checksum of a page that could not be read match nothing. */
  void lose(int page) {
    pages.clear(firstPage + page);
    long address = pages.address(firstPage + page) + PageFormat.HEADER_BYTES;
    for (int i = 0; i < ChecksumPage.PER_PAGE; i++) {
      Memory.putInt(address + (long) i * Integer.BYTES, BlockChecksums.LOST);
    }
    long firstBlock = (long) page * ChecksumPage.PER_PAGE;
    long end = Math.min(firstBlock + ChecksumPage.PER_PAGE, layout.dataBlocks());
    damages.add(
        "the page of block checksums "
            + page
            + " is damaged: chunks with blocks at device offsets "
            + layout.blockOffset(firstBlock)
            + " to "
            + (layout.blockOffset(end) - 1)
            + " are unreadable; repair them from another replica");
  }

  private void become(int page, byte state) {
    states[page] = state;
    inMemory++;
  }

  private static int pageOf(long block) {
    return (int) (block / ChecksumPage.PER_PAGE);
  }

  private final class Load implements IoOwner {
    private final IoQueue ioQueue;
    private final Io io;
    private int page = -1;
    private int copy;

    Load(IoQueue ioQueue) {
      this.ioQueue = ioQueue;
      io = ioQueue.register(this);
    }

    void start(int wantedPage, int wantedCopy, long offset) {
      page = wantedPage;
      copy = wantedCopy;
      states[page] = LOADING;
      ioQueue.read(io, offset, pages.address(firstPage + page), PageFormat.BYTES);
    }

    @Override
    public void onIo(Io request, int error) {
      int loaded = page;
      page = -1;
      if (error == 0) {
        onLoaded(loaded, copy);
      } else {
        become(loaded, IN_MEMORY);
        lose(loaded);
      }
    }
  }
}
