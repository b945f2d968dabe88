package io.luciola.blockstore.engine.pages;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * All metadata pages of a device in memory, page after page as they lie on it.
 *
 * <p>A checkpoint takes a snapshot: the pages that changed since the last one, as they are at that
 * moment. Updates go on at once; whoever changes a page of the snapshot that is not written yet
 * first has it copied ({@link #touch}). A page is never written over the copy of it that holds, but
 * into the other of two page areas.
 */
public final class MetadataPages implements AutoCloseable {

  private static final byte CLEAN = 0;

  /** Changed since the last snapshot. */
  private static final byte DIRTY = 1;

  /** In the snapshot, as it is in memory, and not written yet. */
  private static final byte SNAPSHOT = 2;

  private final DeviceLayout layout;
  private final long memory;
  private final long memoryBytes;
  private final long flags;
  private final long flagsBytes;
  // Which copy of each page holds, directory pages behind the others.
  private final int[] copies;
  private PageSet dirty;
  private PageSet snapshot;
  private final CapturedPages captured = new CapturedPages();
  private final boolean[] changedDirectoryPages;
  private int snapshotCursor;
  private int snapshotGeneration;
  private int takenPage;

  /** All pages, all zeros, none ever written. */
  public MetadataPages(DeviceLayout layout) {
    this.layout = layout;
    memoryBytes = (long) layout.tablePages() * PageFormat.BYTES;
    memory = Memory.allocate(memoryBytes);
    Memory.adviseHugePages(memory, (long) layout.chunkPages() * PageFormat.BYTES);
    flagsBytes = (layout.tablePages() + Memory.PAGE_BYTES - 1L) & -Memory.PAGE_BYTES;
    flags = Memory.allocate(flagsBytes);
    copies = new int[layout.tablePages() + layout.directoryPages()];
    dirty = new PageSet(layout.tablePages());
    snapshot = new PageSet(layout.tablePages());
    changedDirectoryPages = new boolean[layout.directoryPages()];
  }

  /** Where a page is. Whoever changes it calls {@link #touch} first. */
  public long address(int page) {
    return memory + (long) page * PageFormat.BYTES;
  }

  /** Announces a change of a page. */
  public void touch(int page) {
    byte state = Memory.getByte(flags + page);
    if (state != DIRTY) {
      markDirty(page, state);
    }
  }

  /** Whether a page is as the copy of it on the device. */
  public boolean isClean(int page) {
    return Memory.getByte(flags + page) == CLEAN;
  }

  /** Gives the memory of a clean page back; its content is gone. */
  public void drop(int page) {
    Memory.drop(address(page), PageFormat.BYTES);
  }

  /** Pages changed since the last snapshot. */
  public int dirtyPages() {
    return dirty.size();
  }

  /** Which copy of a page holds: see {@link DirectoryPage}. */
  public int copy(int page) {
    return copies[page];
  }

  /** What recovery found out about a page. */
  public void setCopy(int page, int copy) {
    copies[page] = copy;
  }

  /** Forgets the content of a page that could not be read. */
  public void clear(int page) {
    touch(page);
    Zeros.put(address(page), PageFormat.BYTES);
  }

  /** Has the next checkpoint write a directory page that could not be read. */
  public void rewriteDirectoryPage(int number) {
    changedDirectoryPages[number] = true;
  }

  /** Begins a snapshot, to be written as that generation; the one before is wholly written. */
  public void beginSnapshot(int generation) {
    PageSet pages = dirty;
    dirty = snapshot;
    snapshot = pages;
    snapshotCursor = 0;
    snapshotGeneration = generation;
    for (int page = pages.next(0); page >= 0; page = pages.next(page + 1)) {
      Memory.putByte(flags + page, SNAPSHOT);
      copies[page] = nextCopy(page);
      changedDirectoryPages[page / DirectoryPage.PER_PAGE] = true;
    }
    for (int i = 0; i < changedDirectoryPages.length; i++) {
      if (changedDirectoryPages[i]) {
        int page = layout.firstDirectoryPage() + i;
        copies[page] = nextCopy(page);
      }
    }
  }

  /**
   * Puts the next pages of the snapshot into a buffer, sealed: pages which lie one behind the other
   * on the device, so that one write takes them there.
   *
   * @return how many; 0 when all were taken. {@link #takenPage} is the first of them
   */
  public int take(long buffer, int maxPages, long owner, Crc32c crc) {
    int first = takeCaptured(buffer);
    int count = 1;
    if (first < 0) {
      first = takeInPlace(buffer);
      if (first < 0) {
        first = takeDirectoryPage(buffer);
      } else {
        count = takeNeighbours(buffer, first, maxPages);
      }
    }
    if (first < 0) {
      return 0;
    }
    for (int i = 0; i < count; i++) {
      int page = first + i;
      PageFormat.seal(
          buffer + (long) i * PageFormat.BYTES,
          layout.pageType(page),
          owner,
          snapshotGeneration,
          page,
          crc);
    }
    takenPage = first;
    return count;
  }

  /** The first page of the last {@link #take}. */
  public int takenPage() {
    return takenPage;
  }

  /** Where a page of the snapshot goes. */
  public long deviceOffset(int page) {
    return layout.pageOffset(page, DirectoryPage.area(copies[page]));
  }

  @Override
  public void close() {
    Memory.free(memory, memoryBytes);
    Memory.free(flags, flagsBytes);
    captured.close();
  }

  private void markDirty(int page, byte state) {
    if (state == SNAPSHOT) {
      snapshot.remove(page);
      captured.add(page, address(page));
    }
    Memory.putByte(flags + page, DIRTY);
    dirty.add(page);
  }

  private int nextCopy(int page) {
    return DirectoryPage.copy(snapshotGeneration, 1 - DirectoryPage.area(copies[page]));
  }

  private int takeCaptured(long buffer) {
    if (captured.isEmpty()) {
      return -1;
    }
    int page = captured.oldestPage();
    captured.take(buffer);
    return page;
  }

  private int takeInPlace(long buffer) {
    int page = snapshot.next(snapshotCursor);
    if (page < 0) {
      return -1;
    }
    copyOut(page, buffer);
    return page;
  }

  private int takeNeighbours(long buffer, int first, int maxPages) {
    int count = 1;
    while (count < maxPages
        && first + count < layout.tablePages()
        && snapshot.contains(first + count)
        && DirectoryPage.area(copies[first + count]) == DirectoryPage.area(copies[first])) {
      copyOut(first + count, buffer + (long) count * PageFormat.BYTES);
      count++;
    }
    return count;
  }

  private void copyOut(int page, long buffer) {
    Memory.copy(address(page), buffer, PageFormat.BYTES);
    Memory.putByte(flags + page, CLEAN);
    snapshot.remove(page);
    snapshotCursor = page + 1;
  }

  private int takeDirectoryPage(long buffer) {
    for (int i = 0; i < changedDirectoryPages.length; i++) {
      if (changedDirectoryPages[i]) {
        changedDirectoryPages[i] = false;
        fillDirectoryPage(i, buffer);
        return layout.firstDirectoryPage() + i;
      }
    }
    return -1;
  }

  private void fillDirectoryPage(int directoryPage, long buffer) {
    Zeros.put(buffer, PageFormat.BYTES);
    int first = directoryPage * DirectoryPage.PER_PAGE;
    int end = Math.min(first + DirectoryPage.PER_PAGE, layout.tablePages());
    for (int page = first; page < end; page++) {
      long at = buffer + PageFormat.HEADER_BYTES + (long) (page - first) * Integer.BYTES;
      Memory.putInt(at, copies[page]);
    }
  }
}
