package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.BitSet;

/** Which copy of each metadata page holds, by root and directory; and reads these copies. */
final class PageCopies implements AutoCloseable {

  /** Takes pages in order. */
  interface Visitor {
    /** A page that was never written is all zeros; a damaged one has address 0. */
    void onPage(int page, long address);
  }

  private static final int RUN_PAGES = 256;
  private static final long RUN_BYTES = (long) RUN_PAGES * PageFormat.BYTES;

  private final ReadOnlyDevice device;
  private final Superblock superblock;
  private final DeviceLayout layout;
  private final Findings findings;
  private final Crc32c crc;
  private final int[] copies;
  private final BitSet damaged = new BitSet();
  private final long memory = Memory.allocate(RUN_BYTES + PageFormat.BYTES);
  private final long zeros = memory + RUN_BYTES;

  PageCopies(ReadOnlyDevice device, Superblock superblock, Findings findings, Crc32c crc) {
    this.device = device;
    this.superblock = superblock;
    layout = superblock.layout();
    this.findings = findings;
    this.crc = crc;
    copies = new int[layout.tablePages() + layout.directoryPages()];
  }

  /** Finds out which copies hold. */
  void load(RecordScan records) {
    if (superblock.checkpointGeneration() == 0) {
      return;
    }
    loadRoot(records);
    for (int i = 0; i < layout.directoryPages(); i++) {
      loadDirectory(i);
    }
  }

  /** Pages that were written at least once, directory pages included. */
  int written() {
    int written = 0;
    for (int copy : copies) {
      written += copy == DirectoryPage.NEVER_WRITTEN ? 0 : 1;
    }
    return written;
  }

  boolean isDamaged(int page) {
    return damaged.get(page);
  }

  /** Visits the pages of a table; what is damaged is a finding. */
  void visit(int first, int end, Visitor visitor) {
    int page = first;
    while (page < end) {
      if (copies[page] == DirectoryPage.NEVER_WRITTEN) {
        visitor.onPage(page, zeros);
        page++;
        continue;
      }
      int area = DirectoryPage.area(copies[page]);
      int count = 1;
      while (count < RUN_PAGES
          && page + count < end
          && copies[page + count] != DirectoryPage.NEVER_WRITTEN
          && DirectoryPage.area(copies[page + count]) == area) {
        count++;
      }
      device.read(layout.pageOffset(page, area), memory, count * PageFormat.BYTES);
      for (int i = 0; i < count; i++) {
        long address = memory + (long) i * PageFormat.BYTES;
        visitor.onPage(page + i, isHolding(page + i, address) ? address : 0);
      }
      page += count;
    }
  }

  /** Reads one page to a place; false when it is damaged. */
  boolean read(int page, long address) {
    int copy = copies[page];
    if (copy == DirectoryPage.NEVER_WRITTEN) {
      Memory.copy(zeros, address, PageFormat.BYTES);
      return true;
    }
    device.read(layout.pageOffset(page, DirectoryPage.area(copy)), address, PageFormat.BYTES);
    return isHolding(page, address);
  }

  @Override
  public void close() {
    Memory.free(memory, RUN_BYTES + PageFormat.BYTES);
  }

  private void loadRoot(RecordScan records) {
    long offset = layout.checkpointOffset(superblock.checkpointRegion());
    boolean intact =
        records.read(
                "the checkpoint's root",
                offset,
                layout.checkpointBytes(),
                MetadataHeader.ROOT_RECORD,
                superblock.checkpointGeneration(),
                0)
            && RecordHeader.entryBytes(records.address())
                == DirectoryPage.rootBytes(layout.directoryPages());
    if (!intact) {
      int bytes = RecordHeader.recordBytes(DirectoryPage.rootBytes(layout.directoryPages()), 0);
      findings.error(
          "both copies of the checkpoint's root are damaged; the newest directory pages are taken",
          offset,
          bytes);
    }
    for (int i = 0; i < layout.directoryPages(); i++) {
      int page = layout.firstDirectoryPage() + i;
      long at = records.address() + RecordHeader.BYTES + (long) i * Integer.BYTES;
      copies[page] = intact ? Memory.getInt(at) : newestCopy(page);
    }
  }

  private void loadDirectory(int number) {
    int directory = layout.firstDirectoryPage() + number;
    int first = number * DirectoryPage.PER_PAGE;
    int end = Math.min(first + DirectoryPage.PER_PAGE, layout.tablePages());
    if (copies[directory] == DirectoryPage.NEVER_WRITTEN) {
      return;
    }
    if (read(directory, memory)) {
      for (int page = first; page < end; page++) {
        long at = memory + PageFormat.HEADER_BYTES + (long) (page - first) * Integer.BYTES;
        copies[page] = Memory.getInt(at);
      }
      return;
    }
    for (int page = first; page < end; page++) {
      copies[page] = newestCopy(page);
    }
  }

  /** The newest intact copy of a page that the checkpoint can mean. */
  private int newestCopy(int page) {
    int newest = DirectoryPage.NEVER_WRITTEN;
    for (int area = 0; area < 2; area++) {
      device.read(layout.pageOffset(page, area), memory, PageFormat.BYTES);
      if (isIntact(page, memory)) {
        int generation = PageFormat.generation(memory);
        if (generation <= superblock.checkpointGeneration()
            && generation > DirectoryPage.generation(newest)) {
          newest = DirectoryPage.copy(generation, area);
        }
      } else if (!Memory.equal(memory, zeros, PageFormat.BYTES)) {
        findings.warning(
            "one copy of metadata page "
                + page
                + " is damaged or was never written, and what says which copy holds is lost: the"
                + " other one may be stale",
            layout.pageOffset(page, area),
            PageFormat.BYTES);
      }
    }
    return newest;
  }

  private boolean isHolding(int page, long address) {
    int copy = copies[page];
    if (isIntact(page, address)
        && PageFormat.generation(address) == DirectoryPage.generation(copy)
        && DirectoryPage.generation(copy) <= superblock.checkpointGeneration()) {
      return true;
    }
    if (!damaged.get(page)) {
      damaged.set(page);
      report(page, address);
    }
    return false;
  }

  private void report(int page, long address) {
    String loss =
        switch (layout.pageType(page)) {
          case MetadataHeader.CHUNK_PAGE -> "the chunks on it are lost";
          case MetadataHeader.WRITER_PAGE -> "chunks lost their writers";
          case MetadataHeader.CHECKSUM_PAGE -> "its blocks cannot be verified";
          default -> "the newest copies of its pages are taken";
        };
    String how = isIntact(page, address) ? " is a stale copy: " : " is damaged: ";
    findings.error(
        "metadata page " + page + how + loss,
        layout.pageOffset(page, DirectoryPage.area(copies[page])),
        PageFormat.BYTES);
  }

  private boolean isIntact(int page, long address) {
    return PageFormat.isIntact(address, layout.pageType(page), superblock.owner(), page, crc);
  }
}
