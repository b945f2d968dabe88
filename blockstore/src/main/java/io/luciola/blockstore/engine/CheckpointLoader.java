package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.ChunkEntry;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.format.Zeros;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Loads what a checkpoint knew. A damaged page costs what is on it and nothing else: lost chunks
 * make all targets lossy, lost checksums make their blocks unreadable, a lost writer is nobody, and
 * what the directory said is found again in the pages themselves.
 */
final class CheckpointLoader implements AutoCloseable {

  private static final int RUN_PAGES = 256;
  private static final int BATCH_PAGES = 4096;

  private final BlockingDevice blocking;
  private final Superblock superblock;
  private final DeviceLayout layout;
  private final ChunkStates states;
  private final Crc32c crc;
  private final RecordReader records;
  private final Damages damages;

  // For a directory page, and for a copy of a page that is looked at.
  private final long directoryMemory = Memory.allocate(PageFormat.BYTES);
  private final long copyMemory = Memory.allocate(PageFormat.BYTES);

  CheckpointLoader(
      BlockingDevice blocking,
      Superblock superblock,
      ChunkStates states,
      Crc32c crc,
      RecordReader records,
      Damages damages) {
    this.blocking = blocking;
    this.superblock = superblock;
    layout = superblock.layout();
    this.states = states;
    this.crc = crc;
    this.records = records;
    this.damages = damages;
  }

  void load(Replay replay) {
    states.targets.load(superblock.targets());
    if (superblock.checkpointGeneration() == 0) {
      return;
    }
    loadRoot();
    loadDirectory();
    int chunkPages = (superblock.chunkSlots() + ChunkEntry.PER_PAGE - 1) / ChunkEntry.PER_PAGE;
    loadPages(0, chunkPages);
    loadPages(layout.firstWriterPage(), layout.firstChecksumPage());
    if (!states.checksumCache.isBounded()) {
      loadPages(layout.firstChecksumPage(), layout.firstDirectoryPage());
    }
    states.index.load(superblock.chunkSlots());
    takeInChunks();
    loadPendings(replay);
  }

  @Override
  public void close() {
    Memory.free(directoryMemory, PageFormat.BYTES);
    Memory.free(copyMemory, PageFormat.BYTES);
  }

  private void loadRoot() {
    long offset = layout.checkpointOffset(superblock.checkpointRegion());
    int pages = layout.directoryPages();
    boolean intact =
        records.read(
            offset,
            layout.checkpointBytes(),
            MetadataHeader.ROOT_RECORD,
            superblock.checkpointGeneration(),
            0);
    if (!intact) {
      damages.add("the checkpoint's root at device offset " + offset + " is damaged; nothing lost");
    }
    for (int i = 0; i < pages; i++) {
      int page = layout.firstDirectoryPage() + i;
      long at = records.address() + RecordHeader.BYTES + (long) i * Integer.BYTES;
      states.pages.setCopy(page, intact ? Memory.getInt(at) : newestCopy(page));
    }
  }

  private void loadDirectory() {
    for (int i = 0; i < layout.directoryPages(); i++) {
      int page = layout.firstDirectoryPage() + i;
      int copy = states.pages.copy(page);
      if (copy == DirectoryPage.NEVER_WRITTEN) {
        continue;
      }
      long offset = layout.pageOffset(page, DirectoryPage.area(copy));
      blocking.read(offset, directoryMemory, PageFormat.BYTES);
      boolean intact = isExpected(directoryMemory, page, copy);
      if (!intact) {
        damages.add(describe(page, copy) + " is damaged; nothing lost");
        states.pages.rewriteDirectoryPage(i);
      }
      int first = i * DirectoryPage.PER_PAGE;
      int end = Math.min(first + DirectoryPage.PER_PAGE, layout.tablePages());
      for (int known = first; known < end; known++) {
        long at =
            directoryMemory + PageFormat.HEADER_BYTES + (long) (known - first) * Integer.BYTES;
        states.pages.setCopy(known, intact ? Memory.getInt(at) : newestCopy(known));
      }
    }
  }

  /**
   * The newest intact copy of a page that the checkpoint can mean, found in the page areas. When
   * the other place has neither an intact copy nor nothing at all, that may have been the newest
   * one: then it is the answer, and counts as damaged when it is read. An older copy is never taken
   * for the newest.
   */
  private int newestCopy(int page) {
    int newest = DirectoryPage.NEVER_WRITTEN;
    for (int area = 0; area < 2; area++) {
      blocking.read(layout.pageOffset(page, area), copyMemory, PageFormat.BYTES);
      if (PageFormat.isIntact(copyMemory, layout.pageType(page), superblock.owner(), page, crc)) {
        int copy = DirectoryPage.copy(PageFormat.generation(copyMemory), area);
        if (DirectoryPage.generation(copy) <= superblock.checkpointGeneration()
            && DirectoryPage.generation(copy) > DirectoryPage.generation(newest)) {
          newest = copy;
        }
      } else if (!Zeros.isZeros(copyMemory, PageFormat.BYTES)) {
        return DirectoryPage.copy(superblock.checkpointGeneration(), area);
      }
    }
    return newest;
  }

  /** Reads pages, many at a time. */
  private void loadPages(int first, int end) {
    for (int from = first; from < end; from += BATCH_PAGES) {
      int to = Math.min(from + BATCH_PAGES, end);
      beginReads(from, to);
      if (!blocking.finish()) {
        readSingly(from, to);
      }
      for (int page = from; page < to; page++) {
        if (states.pages.copy(page) != DirectoryPage.NEVER_WRITTEN) {
          check(page);
        }
      }
    }
  }

  /** Those that lie one behind the other go in one request. */
  private void beginReads(int from, int to) {
    int page = from;
    while (page < to) {
      int copy = states.pages.copy(page);
      if (copy == DirectoryPage.NEVER_WRITTEN) {
        page++;
        continue;
      }
      int area = DirectoryPage.area(copy);
      int count = 1;
      while (count < RUN_PAGES
          && page + count < to
          && states.pages.copy(page + count) != DirectoryPage.NEVER_WRITTEN
          && DirectoryPage.area(states.pages.copy(page + count)) == area) {
        count++;
      }
      blocking.beginRead(
          layout.pageOffset(page, area), states.pages.address(page), count * PageFormat.BYTES);
      page += count;
    }
  }

  /** After one of many reads failed: a page that cannot be read counts as damaged. */
  private void readSingly(int from, int to) {
    for (int page = from; page < to; page++) {
      int copy = states.pages.copy(page);
      if (copy != DirectoryPage.NEVER_WRITTEN) {
        long address = states.pages.address(page);
        blocking.beginRead(
            layout.pageOffset(page, DirectoryPage.area(copy)), address, PageFormat.BYTES);
        if (!blocking.finish()) {
          Zeros.put(address, PageFormat.BYTES);
        }
      }
    }
  }

  private void check(int page) {
    if (!isExpected(states.pages.address(page), page, states.pages.copy(page))) {
      lose(page);
    }
    if (layout.pageType(page) == MetadataHeader.WRITER_PAGE) {
      states.writers.clearReferences(page);
    }
  }

  private boolean isExpected(long address, int page, int copy) {
    return PageFormat.isExpected(
        address,
        layout.pageType(page),
        superblock.owner(),
        page,
        DirectoryPage.generation(copy),
        crc);
  }

  private void lose(int page) {
    String what = describe(page, states.pages.copy(page)) + " is damaged: ";
    switch (layout.pageType(page)) {
      case MetadataHeader.CHUNK_PAGE -> {
        states.pages.clear(page);
        states.targets.setAllLossy();
        damages.add(
            what
                + "up to "
                + ChunkEntry.PER_PAGE
                + " chunks are lost; resynchronise the targets of this disk");
      }
      case MetadataHeader.WRITER_PAGE -> {
        states.pages.clear(page);
        damages.add(what + "some chunks lost their writer");
      }
      default -> states.checksumCache.lose(page - layout.firstChecksumPage());
    }
  }

  private String describe(int page, int copy) {
    return "metadata page "
        + page
        + " at device offset "
        + layout.pageOffset(page, DirectoryPage.area(copy));
  }

  private void takeInChunks() {
    for (int slot = 0; slot < states.index.highWater(); slot++) {
      if (!states.index.isUsed(slot)) {
        continue;
      }
      int target = states.index.targetNumber(slot);
      if (states.targets.exists(target) && states.targets.isRemoving(target)) {
        // Its space was free when the removal was durable, and may be another chunk's by now.
        states.index.remove(slot);
        continue;
      }
      int order = states.index.order(slot);
      long capacity = ChunkStates.capacityBytes(order);
      if (!states.targets.exists(target)
          || states.index.lengthBytes(slot) > capacity
          || !states.allocator.reserve(states.index.extent(slot), order)) {
        throw new UnusableDeviceException(
            Reason.METADATA_DAMAGED,
            String.format(
                "%s: metadata contradicts itself: chunk %016x%016x claims space that another one"
                    + " has, or a target that does not exist; format the device and resynchronise"
                    + " its targets",
                damages.deviceName(), states.index.chunkHi(slot), states.index.chunkLo(slot)));
      }
      states.targets.charge(target, capacity);
      int writer = states.writers.claim(states.index.writer(slot));
      if (writer != states.index.writer(slot)) {
        states.index.setWriter(slot, writer, states.index.sequence(slot));
      }
    }
    states.writers.finishLoad();
  }

  private void loadPendings(Replay replay) {
    long begin = layout.checkpointOffset(superblock.checkpointRegion());
    long end = begin + layout.checkpointBytes();
    long offset =
        begin + RecordHeader.recordBytes(DirectoryPage.rootBytes(layout.directoryPages()), 0);
    for (long number = 0; number < superblock.checkpointRecords(); number++) {
      if (!records.read(
          offset,
          end - offset,
          MetadataHeader.CHECKPOINT_RECORD,
          superblock.checkpointGeneration(),
          number)) {
        throw new UnusableDeviceException(
            Reason.METADATA_DAMAGED,
            damages.deviceName()
                + ": both copies of checkpoint record "
                + number
                + " at device offset "
                + offset
                + " are damaged; format the device and resynchronise its targets");
      }
      replay.checkWellFormed(records.address());
      replay.apply(records.address(), 0);
      offset += MetadataHeader.lengthBytes(records.address());
    }
  }
}
