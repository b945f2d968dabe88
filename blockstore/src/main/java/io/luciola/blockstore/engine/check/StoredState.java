package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.format.ChunkEntry;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.StoredTarget;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.format.WriterEntry;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What checkpoint and journal together say: chunks, targets, checksums, space. Contradictions are
 * findings.
 *
 * <p>Only chunks that records speak of are kept in memory; the others are read from the chunk
 * table, page by page, when they are asked for.
 */
final class StoredState implements AutoCloseable {

  private static final int MAX_ORDER = 14;
  private static final int TARGET_MASK = 0xFFFF;
  private static final int LENGTH_MASK = (1 << 27) - 1;
  private static final int ORDER_SHIFT = 27;
  private static final int ORDER_MASK = 15;
  private static final int VERSION_SHIFT = 16;

  final Superblock superblock;
  final DeviceLayout layout;
  final PageCopies pages;
  final RecordWalk records;
  final ChecksumTable checksums;
  final List<CheckedTarget> targets = new ArrayList<>();
  final long[] extentsByOrder = new long[MAX_ORDER + 1];

  private final Findings findings;
  private final RecordScan scan;
  private final BlockBitmap used;
  // Also those that were removed: the chunk table still has them.
  private final Map<ChunkName, CheckedChunk> touched = new HashMap<>();
  // Content whose place on the device is not up to date: where it lies in the journal.
  private final Map<Long, Long> journaledPlaces = new HashMap<>();
  private final BitSet writers = new BitSet();
  private final BitSet badSlots = new BitSet();
  // Numbers of the targets whose chunks in the chunk table do not count any longer.
  private final BitSet removedInTable = new BitSet();
  private boolean chunksMayLack;

  StoredState(ReadOnlyDevice device, Superblock superblock, Findings findings, Crc32c crc) {
    this.superblock = superblock;
    layout = superblock.layout();
    this.findings = findings;
    scan = new RecordScan(device, superblock, findings, crc);
    pages = new PageCopies(device, superblock, findings, crc);
    records = new RecordWalk(device, superblock, scan, findings, crc);
    checksums = new ChecksumTable(pages, layout.firstChecksumPage());
    used = new BlockBitmap(layout.dataBlocks());
  }

  /** Reads all metadata. */
  void load() {
    for (StoredTarget stored : superblock.targets()) {
      CheckedTarget target = new CheckedTarget(stored.id());
      target.budgetBytes = stored.budgetBytes();
      target.lossy = stored.lossy();
      target.removing = stored.removing();
      target.gone = stored.isFree();
      targets.add(target);
      removedInTable.set(targets.size() - 1, stored.removing());
    }
    pages.load(scan);
    records.visit((entry, sequence, dataOffset) -> touch(entry));
    pages.visit(layout.firstWriterPage(), layout.firstChecksumPage(), this::takeWriters);
    visitTable(this::takeIn);
    pages.visit(layout.firstChecksumPage(), layout.firstDirectoryPage(), (page, address) -> {});
    findings.mute();
    RecordReplay replay = new RecordReplay(this, findings);
    records.visit(replay);
    findings.unmute();
    count();
  }

  /** Blocks in extents. */
  long usedBlocks() {
    return used.count();
  }

  /** Chunks there are, pending ones included. */
  long chunks() {
    return targets.stream().mapToLong(target -> target.chunks).sum();
  }

  /** Visits every chunk that does not contradict the rest; each is only valid during the call. */
  void visitChunks(Consumer<CheckedChunk> visitor) {
    visitTable(
        (slot, chunk) -> {
          if (!badSlots.get(slot)
              && !touched.containsKey(chunk.name)
              && !removedInTable.get(chunk.target)) {
            visitor.accept(chunk);
          }
        });
    for (CheckedChunk chunk : touched.values()) {
      if (chunk.exists()) {
        visitor.accept(chunk);
      }
    }
  }

  /** Where in the journal the content of a block lies; -1 when it is at its place. */
  long journaledOffset(long place) {
    return journaledPlaces.getOrDefault(place, -1L);
  }

  /** The checksum of a block of an update's content. */
  int checksum(CheckedUpdate update, int block) {
    if (update.punches(block)) {
      return BlockChecksums.HOLE;
    }
    int journaled = update.journaledAt(block);
    return journaled == CheckedUpdate.NONE
        ? checksums.get(update.extent + block)
        : update.journaledChecksum[journaled];
  }

  /** Whether a chunk that a record speaks of may have been lost with a damaged page. */
  boolean mayLack(ChunkName name) {
    return chunksMayLack
        || targets.stream().anyMatch(t -> t.id == name.targetId() && t.lossy && !t.gone);
  }

  /** The chunk if a record speaks of it and it exists. */
  @Nullable CheckedChunk touched(ChunkName name) {
    CheckedChunk chunk = touched.get(name);
    return chunk == null || !chunk.exists() ? null : chunk;
  }

  CheckedChunk add(ChunkName name, int target) {
    CheckedChunk chunk = new CheckedChunk(name, target);
    touched.put(name, chunk);
    return chunk;
  }

  /** The number of a target, be it one that is being removed, or -1. */
  int targetNumber(long id) {
    for (int number = 0; number < targets.size(); number++) {
      if (targets.get(number).id == id && !targets.get(number).gone) {
        return number;
      }
    }
    return -1;
  }

  /** Adds a target that was created since the checkpoint; false when there are too many. */
  boolean addTarget(CheckedTarget target) {
    int number = 0;
    while (number < targets.size() && !targets.get(number).gone) {
      number++;
    }
    if (number == StoredTarget.MAX) {
      return false;
    }
    if (number == targets.size()) {
      targets.add(target);
    } else {
      targets.set(number, target);
    }
    return true;
  }

  /** A target's removal began: none of its chunks counts any longer. */
  void dropChunks(CheckedTarget target) {
    for (CheckedChunk chunk : touched.values()) {
      if (chunk.name.targetId() == target.id && chunk.exists()) {
        if (chunk.version > 0) {
          free(chunk.extent, chunk.order, chunk.lengthBytes);
        }
        CheckedUpdate pending = chunk.pending;
        if (pending != null && pending.fresh) {
          free(pending.extent, pending.order, pending.lengthBytes);
        }
        chunk.version = 0;
        chunk.pending = null;
      }
    }
  }

  /** Takes an extent; the text says why it cannot be taken, null when it was. */
  @Nullable String take(long extent, int order) {
    if (order < 0 || order > MAX_ORDER || (extent & ((1L << order) - 1)) != 0) {
      return "its extent is not aligned or larger than any may be";
    }
    if (extent + (1L << order) > layout.dataBlocks()) {
      return "its extent reaches beyond the data area";
    }
    return used.setIfClear(extent, 1L << order)
        ? null
        : "its extent at block " + extent + " overlaps that of another chunk";
  }

  void free(long extent, int order, int lengthBytes) {
    used.clear(extent, 1L << order);
    drop(extent, CheckedChunk.blocks(lengthBytes));
  }

  void putJournaled(long place, long deviceOffset) {
    journaledPlaces.put(place, deviceOffset);
  }

  void drop(long place, int count) {
    if (!journaledPlaces.isEmpty()) {
      for (long at = place; at < place + count; at++) {
        journaledPlaces.remove(at);
      }
    }
  }

  @Override
  public void close() {
    used.close();
    checksums.close();
    records.close();
    pages.close();
    scan.close();
  }

  private interface TableVisitor {
    void onChunk(int slot, CheckedChunk chunk);
  }

  private void touch(Entry entry) {
    switch (entry.type()) {
      case Entry.TARGET, Entry.REMOVED -> {}
      case Entry.REMOVING -> {
        int number = targetNumber(entry.targetId());
        if (number >= 0) {
          removedInTable.set(number);
        }
      }
      default ->
          touched.computeIfAbsent(RecordWalk.nameOf(entry), name -> new CheckedChunk(name, 0));
    }
  }

  private void takeWriters(int page, long address) {
    int first = (page - layout.firstWriterPage()) * WriterEntry.PER_PAGE;
    for (int i = 0; i < WriterEntry.PER_PAGE; i++) {
      long at = address + PageFormat.HEADER_BYTES + (long) i * WriterEntry.BYTES;
      boolean known =
          address == 0
              || Memory.getLong(at + WriterEntry.CLIENT) != 0
              || Memory.getInt(at + WriterEntry.CHANNEL) != 0;
      writers.set(first + i, known);
    }
  }

  private void visitTable(TableVisitor visitor) {
    int end = (superblock.chunkSlots() + ChunkEntry.PER_PAGE - 1) / ChunkEntry.PER_PAGE;
    pages.visit(
        0,
        end,
        (page, address) -> {
          if (address == 0) {
            chunksMayLack = true;
            return;
          }
          int first = page * ChunkEntry.PER_PAGE;
          int slots = Math.min(ChunkEntry.PER_PAGE, superblock.chunkSlots() - first);
          // The visitor may read other pages, so that what this one holds is taken out first.
          List<CheckedChunk> chunks = new ArrayList<>(slots);
          for (int i = 0; i < slots; i++) {
            long at = address + PageFormat.HEADER_BYTES + (long) i * ChunkEntry.BYTES;
            chunks.add(chunkAt(at));
          }
          for (int i = 0; i < slots; i++) {
            if (chunks.get(i) != null) {
              visitor.onChunk(first + i, chunks.get(i));
            }
          }
        });
  }

  private @Nullable CheckedChunk chunkAt(long entry) {
    long word = Memory.getLong(entry + ChunkEntry.TARGET_AND_VERSION);
    if (word >>> VERSION_SHIFT == 0) {
      return null;
    }
    int number = (int) word & TARGET_MASK;
    long id = number < superblock.targets().size() ? superblock.targets().get(number).id() : -1;
    ChunkName name =
        new ChunkName(
            id,
            Memory.getLong(entry + ChunkEntry.CHUNK_HI),
            Memory.getLong(entry + ChunkEntry.CHUNK_LO));
    CheckedChunk chunk = new CheckedChunk(name, number);
    chunk.version = word >>> VERSION_SHIFT;
    chunk.extent = Memory.getInt(entry + ChunkEntry.EXTENT) & 0xFFFFFFFFL;
    int lengthAndOrder = Memory.getInt(entry + ChunkEntry.LENGTH_AND_ORDER);
    chunk.lengthBytes = lengthAndOrder & LENGTH_MASK;
    chunk.order = lengthAndOrder >>> ORDER_SHIFT & ORDER_MASK;
    chunk.digest = Memory.getLong(entry + ChunkEntry.DIGEST);
    chunk.chainVersion = Memory.getInt(entry + ChunkEntry.CHAIN_VERSION);
    chunk.writer = Memory.getInt(entry + ChunkEntry.WRITER);
    return chunk;
  }

  private void takeIn(int slot, CheckedChunk chunk) {
    if (isLongRemoved(chunk)) {
      return;
    }
    String problem = problemOf(chunk);
    if (problem != null) {
      badSlots.set(slot);
      findings.chunk(Severity.ERROR, chunk.name, problem);
      return;
    }
    long most = (long) layout.writerPages() * WriterEntry.PER_PAGE;
    if (chunk.writer < 0 || chunk.writer >= most) {
      findings.chunk(Severity.ERROR, chunk.name, "there cannot be a writer " + chunk.writer);
    } else if (chunk.writer != 0 && !writers.get(chunk.writer)) {
      findings.chunk(
          Severity.WARNING, chunk.name, "its writer " + chunk.writer + " is not known any longer");
    }
    CheckedChunk known = touched.get(chunk.name);
    if (known != null) {
      if (known.version > 0) {
        findings.chunk(Severity.ERROR, chunk.name, "it is in the chunk table more than once");
      }
      touched.put(chunk.name, chunk);
    }
  }

  /** Whether the chunk's target was removed, and no record before that speaks of the chunk. */
  private boolean isLongRemoved(CheckedChunk chunk) {
    return removedInTable.get(chunk.target)
        && (superblock.targets().get(chunk.target).removing() || !touched.containsKey(chunk.name));
  }

  private @Nullable String problemOf(CheckedChunk chunk) {
    if (chunk.target >= superblock.targets().size()
        || superblock.targets().get(chunk.target).isFree()) {
      return "there is no target number " + chunk.target;
    }
    if (chunk.order <= MAX_ORDER && chunk.lengthBytes > 4096L << chunk.order) {
      return "its " + chunk.lengthBytes + " bytes are more than its extent has";
    }
    return take(chunk.extent, chunk.order);
  }

  private void count() {
    visitChunks(
        chunk -> {
          CheckedTarget target = targets.get(chunk.target);
          target.chunks++;
          if (chunk.version > 0) {
            target.usedBlocks += 1L << chunk.order;
            extentsByOrder[chunk.order]++;
          }
          CheckedUpdate pending = chunk.pending;
          if (pending != null) {
            target.pendings++;
            if (pending.fresh) {
              target.usedBlocks += 1L << pending.order;
              extentsByOrder[pending.order]++;
            }
          }
        });
  }
}
