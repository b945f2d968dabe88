package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/**
 * Reads superblocks, root and the copies of pages that hold, between checkpoints. What is damaged,
 * also when read once more, is written anew by a checkpoint: memory has it.
 */
final class MetadataScrub implements IoOwner, AutoCloseable {

  private static final int ROOT = DeviceLayout.SUPERBLOCK_COPIES;
  private static final int FIRST_PAGE = ROOT + 1;
  private static final int RUN_PAGES = 64;
  private static final int MAX_PAGES_PER_CALL = 4096;

  private final ChunkStates states;
  private final DeviceLayout layout;
  private final Checkpointer checkpointer;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Crc32c crc;
  private final Io io;
  private final int rootBytes;
  private final long memoryBytes;
  private final long memory;
  private boolean inFlight;
  private boolean needsCheckpoint;
  private long damaged;

  // Superblocks, root, and all pages in order.
  private int cursor;
  private int count;
  private boolean secondLook;
  private Superblock superblock;

  MetadataScrub(
      ChunkStates states,
      Checkpointer checkpointer,
      IoQueue ioQueue,
      EngineHealth health,
      Crc32c crc) {
    this.states = states;
    layout = states.layout;
    this.checkpointer = checkpointer;
    this.ioQueue = ioQueue;
    this.health = health;
    this.crc = crc;
    io = ioQueue.register(this);
    superblock = checkpointer.superblock();
    rootBytes = RecordHeader.recordBytes(DirectoryPage.rootBytes(layout.directoryPages()), 0);
    memoryBytes = Math.max(rootBytes, RUN_PAGES * PageFormat.BYTES);
    memory = Memory.allocate(memoryBytes);
  }

  boolean isInFlight() {
    return inFlight;
  }

  /** Pages and copies found damaged. */
  long damaged() {
    return damaged;
  }

  boolean isDone() {
    return cursor >= FIRST_PAGE + layout.tablePages() + layout.directoryPages();
  }

  /** Begins again with the first superblock. */
  void rewind() {
    cursor = 0;
    secondLook = false;
  }

  /** Whether it can go on now: while a checkpoint is written, copies change. */
  boolean isReady() {
    return !isDone() && checkpointer.isIdle();
  }

  /**
   * Reads the next piece; returns its bytes, 0 when none was found yet or all is done. {@link
   * #isReady} was asked.
   */
  int start() {
    superblock = checkpointer.superblock();
    count = 1;
    if (cursor < ROOT) {
      return read(Superblock.offset(cursor), Superblock.BYTES);
    }
    if (superblock.checkpointGeneration() == 0) {
      cursor = FIRST_PAGE + layout.tablePages() + layout.directoryPages();
    } else if (cursor == ROOT) {
      return read(layout.checkpointOffset(superblock.checkpointRegion()), rootBytes);
    } else {
      skipUnwritten();
    }
    if (isDone()) {
      finish();
      return 0;
    }
    int page = cursor - FIRST_PAGE;
    int copy = states.pages.copy(page);
    if (copy == DirectoryPage.NEVER_WRITTEN) {
      return 0;
    }
    int area = DirectoryPage.area(copy);
    int end = layout.tablePages() + layout.directoryPages();
    while (count < RUN_PAGES
        && page + count < end
        && states.pages.copy(page + count) != DirectoryPage.NEVER_WRITTEN
        && DirectoryPage.area(states.pages.copy(page + count)) == area) {
      count++;
    }
    return read(layout.pageOffset(page, area), count * PageFormat.BYTES);
  }

  @Override
  public void onIo(Io request, int error) {
    inFlight = false;
    if (!checkpointer.isIdle()
        || checkpointer.superblock().generation() != superblock.generation()) {
      // What was read may no longer hold.
      return;
    }
    int bad = error == 0 ? verify() : 0;
    boolean damagedNow = error != 0 || bad < count;
    if (damagedNow && !secondLook) {
      secondLook = true;
      return;
    }
    secondLook = false;
    if (damagedNow) {
      repair(error == 0 ? bad : 0, error != 0);
    }
    cursor += count;
    if (isDone()) {
      finish();
    }
  }

  @Override
  public void close() {
    Memory.free(memory, memoryBytes);
  }

  private int read(long offset, int bytes) {
    inFlight = true;
    ioQueue.read(io, offset, memory, bytes);
    return bytes;
  }

  private void skipUnwritten() {
    for (int looked = 0; looked < MAX_PAGES_PER_CALL && !isDone(); looked++) {
      if (states.pages.copy(cursor - FIRST_PAGE) != DirectoryPage.NEVER_WRITTEN) {
        return;
      }
      cursor++;
    }
  }

  /** The first piece that is not intact; the number of pieces when all are. */
  private int verify() {
    return firstBad(0);
  }

  private int firstBad(int from) {
    int at = from;
    while (at < count && isIntact(at)) {
      at++;
    }
    return at;
  }

  private boolean isIntact(int at) {
    if (cursor < ROOT) {
      return MetadataHeader.isOfType(memory, MetadataHeader.SUPERBLOCK)
          && MetadataHeader.owner(memory) == superblock.owner()
          && MetadataHeader.sequence(memory) == superblock.generation()
          && MetadataHeader.isIntact(memory, Superblock.BYTES, crc);
    }
    if (cursor == ROOT) {
      int half = rootBytes / 2;
      return isRoot(memory, MetadataHeader.ROOT_RECORD)
          && isRoot(memory + half, MetadataHeader.ROOT_RECORD + MetadataHeader.SECOND_COPY);
    }
    int page = cursor - FIRST_PAGE + at;
    long address = memory + (long) at * PageFormat.BYTES;
    return PageFormat.isIntact(address, layout.pageType(page), superblock.owner(), page, crc)
        && PageFormat.generation(address) == DirectoryPage.generation(states.pages.copy(page));
  }

  private boolean isRoot(long address, int type) {
    return RecordHeader.fits(
            address, type, superblock.owner(), superblock.checkpointGeneration(), rootBytes)
        && RecordHeader.isIntact(address, crc);
  }

  private void repair(int firstBad, boolean all) {
    needsCheckpoint = true;
    for (int at = firstBad; at < count; at = all ? at + 1 : firstBad(at + 1)) {
      damaged++;
      if (cursor < ROOT) {
        health.metadataDamaged("a superblock", Superblock.offset(cursor));
      } else if (cursor == ROOT) {
        health.metadataDamaged(
            "the checkpoint's root", layout.checkpointOffset(superblock.checkpointRegion()));
      } else {
        rewrite(cursor - FIRST_PAGE + at);
      }
    }
  }

  private void rewrite(int page) {
    long offset = layout.pageOffset(page, DirectoryPage.area(states.pages.copy(page)));
    if (page >= layout.tablePages()) {
      health.metadataDamaged("a metadata page", offset);
      states.pages.rewriteDirectoryPage(page - layout.firstDirectoryPage());
    } else if (page < layout.firstChecksumPage()
        || states.checksumCache.isInMemory(page - layout.firstChecksumPage())) {
      health.metadataDamaged("a metadata page", offset);
      states.pages.touch(page);
    } else {
      // Nobody has a copy: reading it, as for any use of it, makes its checksums lost ones.
      states.checksumCache.refresh(page - layout.firstChecksumPage());
    }
  }

  private void finish() {
    if (needsCheckpoint) {
      needsCheckpoint = false;
      checkpointer.begin(superblock.epoch());
    }
  }
}
