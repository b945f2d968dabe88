package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.fault.DeviceImage;
import io.luciola.blockstore.linux.Memory;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which blocks of a device hold live content or metadata, by what a running engine that has nothing
 * to do knows: device offset and what it is.
 */
public final class LiveBlocks {

  private static final int BLOCK = 4096;

  private final NavigableMap<Long, String> live = new TreeMap<>();
  private final ChunkStates states;
  private final DeviceImage image;
  private final DeviceLayout layout;
  private final Superblock superblock;

  private LiveBlocks(BlockEngine engine, DeviceImage image) {
    states = engine.states();
    this.image = image;
    layout = states.layout;
    Superblock first = superblock(0);
    Superblock second = superblock(1);
    superblock = first.generation() >= second.generation() ? first : second;
  }

  /** Finds them. */
  public static NavigableMap<Long, String> of(BlockEngine engine, DeviceImage image) {
    LiveBlocks blocks = new LiveBlocks(engine, image);
    blocks.metadata();
    blocks.journal();
    blocks.content();
    return blocks.live;
  }

  private Superblock superblock(int copy) {
    long memory = Memory.allocate(BLOCK);
    try {
      image.readTo(memory, Superblock.offset(copy), BLOCK);
      return Superblock.decode(memory);
    } finally {
      Memory.free(memory, BLOCK);
    }
  }

  private void metadata() {
    add(Superblock.offset(0), BLOCK, "superblock");
    add(Superblock.offset(1), BLOCK, "superblock");
    if (superblock.checkpointGeneration() == 0) {
      return;
    }
    long offset = layout.checkpointOffset(superblock.checkpointRegion());
    int root = RecordHeader.recordBytes(DirectoryPage.rootBytes(layout.directoryPages()), 0);
    add(offset, root, "root");
    offset += root;
    for (long i = 0; i < superblock.checkpointRecords(); i++) {
      int length = header(offset, false, 0, 0);
      add(offset, length, "checkpoint record");
      offset += length;
    }
    for (int page = 0; page < layout.tablePages() + layout.directoryPages(); page++) {
      int copy = states.pages.copy(page);
      if (copy != DirectoryPage.NEVER_WRITTEN) {
        long at = layout.pageOffset(page, DirectoryPage.area(copy));
        add(at, BLOCK, "page of type " + layout.pageType(page));
      }
    }
  }

  private void journal() {
    long position = superblock.journalStart();
    long sequence = superblock.journalSequence();
    while (true) {
      long offset = layout.journalOffset() + position;
      int length = header(offset, true, superblock.epoch(), sequence);
      if (length == 0) {
        return;
      }
      add(offset, length, "journal record " + sequence);
      position = layout.journalNext(position + length);
      sequence++;
    }
  }

  /** Length of the record; 0 when it must have a number and has not. */
  private int header(long offset, boolean checked, long epoch, long sequence) {
    long memory = Memory.allocate(BLOCK);
    try {
      image.readTo(memory, offset, BLOCK);
      boolean isWanted =
          !checked
              || (RecordHeader.fits(
                      memory,
                      MetadataHeader.JOURNAL_RECORD,
                      superblock.owner(),
                      epoch,
                      layout.recordBytes())
                  && MetadataHeader.sequence(memory) == sequence);
      return isWanted ? MetadataHeader.lengthBytes(memory) : 0;
    } finally {
      Memory.free(memory, BLOCK);
    }
  }

  private void content() {
    for (int slot = 0; slot < states.index.highWater(); slot++) {
      if (!states.index.isUsed(slot)) {
        continue;
      }
      if (states.index.version(slot) > 0) {
        int blocks = ChunkStates.blocks(states.index.lengthBytes(slot));
        content(states.index.extent(slot), 0, blocks, "committed");
      }
      PendingUpdate pending = states.pending(slot);
      if (pending != null && pending.kind != ChunkUpdate.REMOVE) {
        if (pending.fresh) {
          content(pending.extent, 0, ChunkStates.blocks(pending.lengthBytes), "pending");
        } else {
          content(pending.extent, pending.directFirst, pending.directCount, "appended");
        }
      }
    }
  }

  private void content(long extent, int first, int count, String what) {
    for (int block = first; block < first + count; block++) {
      long place = extent + block;
      if (states.checksums.get(place) != BlockChecksums.HOLE
          && states.journaled.find(place) == JournaledBlocks.NONE) {
        add(layout.blockOffset(place), BLOCK, what);
      }
    }
  }

  private void add(long offset, int length, String what) {
    for (int at = 0; at < length; at += BLOCK) {
      live.put(offset + at, what);
    }
  }
}
