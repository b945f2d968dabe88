package io.luciola.blockstore.engine.check;

import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;

/** Goes through the checkpoint's records of pending updates and through the journal behind it. */
final class RecordWalk implements AutoCloseable {

  /** Takes entries in the order in which they count. */
  interface Visitor {
    /**
     * An entry.
     *
     * @param sequence of the journal record; 0 in a checkpoint
     * @param dataOffset where on the device its journaled blocks begin
     */
    void onEntry(Entry entry, long sequence, long dataOffset);
  }

  private static final int BLOCK_BYTES = 4096;
  private static final int SCAN_BYTES = 1 << 20;

  private final ReadOnlyDevice device;
  private final Superblock superblock;
  private final DeviceLayout layout;
  private final Findings findings;
  private final Crc32c crc;
  private final RecordScan records;
  private final Entry entry = new Entry();
  private final long memoryBytes;
  private final long memory;
  private long journalRecords;
  private long journalBytes;
  private long lastSequence;

  RecordWalk(
      ReadOnlyDevice device,
      Superblock superblock,
      RecordScan records,
      Findings findings,
      Crc32c crc) {
    this.device = device;
    this.superblock = superblock;
    layout = superblock.layout();
    this.records = records;
    this.findings = findings;
    this.crc = crc;
    memoryBytes = (long) SCAN_BYTES + layout.recordBytes();
    memory = Memory.allocate(memoryBytes);
  }

  /** Journal records behind the checkpoint. */
  long journalRecords() {
    return journalRecords;
  }

  /** What they take of the journal. */
  long journalBytes() {
    return journalBytes;
  }

  /** Number of the last journal record. */
  long lastSequence() {
    return lastSequence;
  }

  void visit(Visitor visitor) {
    visitCheckpoint(visitor);
    visitJournal(visitor);
  }

  @Override
  public void close() {
    Memory.free(memory, memoryBytes);
  }

  private void visitCheckpoint(Visitor visitor) {
    long begin = layout.checkpointOffset(superblock.checkpointRegion());
    long end = begin + layout.checkpointBytes();
    long offset =
        begin + RecordHeader.recordBytes(DirectoryPage.rootBytes(layout.directoryPages()), 0);
    for (long number = 0; number < superblock.checkpointRecords(); number++) {
      String name = "checkpoint record " + number;
      boolean read =
          records.read(
              name,
              offset,
              end - offset,
              MetadataHeader.CHECKPOINT_RECORD,
              superblock.checkpointGeneration(),
              number);
      if (!read || !isWellFormed(name)) {
        if (!read) {
          findings.error(
              "both copies of " + name + " are damaged: pending updates are lost",
              offset,
              BLOCK_BYTES);
        }
        return;
      }
      if (!isDataIntact()) {
        reportData(name, Severity.ERROR);
      }
      visitEntries(visitor, 0);
      offset += records.lengthBytes();
    }
  }

  private void visitJournal(Visitor visitor) {
    long position = superblock.journalStart();
    long sequence = superblock.journalSequence();
    journalRecords = 0;
    journalBytes = 0;
    boolean cutOff = false;
    while (!cutOff && readJournal(position, sequence)) {
      String name = "journal record " + sequence;
      if (!isWellFormed(name)) {
        return;
      }
      int length = records.lengthBytes();
      long next = layout.journalNext(position + length);
      if (!isDataIntact()) {
        // What a crash cut off was never acknowledged, and recovery leaves it out.
        cutOff = !isFollowed(next, sequence + 1);
        reportData(name, cutOff ? Severity.WARNING : Severity.ERROR);
        if (cutOff) {
          continue;
        }
      }
      visitEntries(visitor, sequence);
      journalRecords++;
      journalBytes += length;
      position = next;
      sequence++;
    }
    lastSequence = sequence - 1;
    checkNothingFollows(position, cutOff ? sequence + 1 : sequence, sequence);
  }

  private boolean readJournal(long position, long sequence) {
    return records.read(
        "journal record " + sequence,
        layout.journalOffset() + position,
        layout.journalBytes() - position,
        MetadataHeader.JOURNAL_RECORD,
        superblock.epoch(),
        sequence);
  }

  /** Whether one of the two copies of a record's beginning is at its place. */
  private boolean isFollowed(long position, long sequence) {
    long most = Math.min(SCAN_BYTES, layout.journalBytes() - position) & -BLOCK_BYTES;
    device.read(layout.journalOffset() + position, memory, (int) most);
    for (int at = 0; at < most; at += BLOCK_BYTES) {
      if (isJournal(memory + at) && MetadataHeader.sequence(memory + at) == sequence) {
        return true;
      }
    }
    return false;
  }

  private boolean isWellFormed(String name) {
    long at = records.address() + RecordHeader.BYTES;
    int left = RecordHeader.entryBytes(records.address());
    int blocks = 0;
    for (int i = 0; i < RecordHeader.entryCount(records.address()); i++) {
      if (!entry.at(at).isWellFormed(left)) {
        contradicts(name, "the lengths of its entries");
        return false;
      }
      blocks += entry.type() == Entry.PREPARED ? entry.journaledCount() : 0;
      left -= entry.lengthBytes();
      at += entry.lengthBytes();
    }
    if (left != 0 && RecordHeader.entryCount(records.address()) > 0) {
      contradicts(name, "the number of its entries");
      return false;
    }
    if (blocks != RecordHeader.dataBlocks(records.address())) {
      contradicts(name, "the number of its data blocks");
      return false;
    }
    return true;
  }

  private void contradicts(String name, String what) {
    findings.error(
        name + " contradicts itself in " + what, records.offset(), records.lengthBytes());
  }

  private interface DataVisitor {
    void onBlock(int number, int offsetInRecord, boolean intact);
  }

  private boolean isDataIntact() {
    boolean[] all = {true};
    visitData((number, offset, intact) -> all[0] &= intact);
    return all[0];
  }

  private void reportData(String name, Severity severity) {
    String what =
        "its block in "
            + name
            + (severity == Severity.ERROR
                ? " is damaged"
                : ", the last one, is damaged, or a crash cut it off");
    visitData(
        (number, offset, intact) -> {
          if (!intact) {
            int block = entry.journaledBlock(number);
            findings.blocks(severity, nameOf(entry), what, block, records.offset() + offset, 1);
          }
        });
  }

  /** Holds the record's data blocks against their entries. */
  private void visitData(DataVisitor visitor) {
    int data = RecordHeader.dataOffset(RecordHeader.entryBytes(records.address()));
    long at = records.address() + RecordHeader.BYTES;
    for (int i = 0; i < RecordHeader.entryCount(records.address()); i++) {
      entry.at(at);
      int journaled = entry.type() == Entry.PREPARED ? entry.journaledCount() : 0;
      for (int j = 0; j < journaled; j++) {
        int actual = BlockChecksums.kept(crc.of(records.address() + data, BLOCK_BYTES));
        visitor.onBlock(j, data, actual == entry.journaledChecksum(j));
        data += BLOCK_BYTES;
      }
      at += entry.lengthBytes();
    }
  }

  private void visitEntries(Visitor visitor, long sequence) {
    long data =
        records.offset() + RecordHeader.dataOffset(RecordHeader.entryBytes(records.address()));
    long at = records.address() + RecordHeader.BYTES;
    int count = RecordHeader.entryCount(records.address());
    for (int i = 0; i < count; i++) {
      entry.at(at);
      at += entry.lengthBytes();
      long own = data;
      data += entry.type() == Entry.PREPARED ? (long) entry.journaledCount() * BLOCK_BYTES : 0;
      visitor.onEntry(entry, sequence, own);
    }
  }

  static ChunkName nameOf(Entry entry) {
    return new ChunkName(entry.targetId(), entry.chunkHi(), entry.chunkLo());
  }

  /**
   * A record is written only when the one before is durable: nothing may follow the end.
   *
   * @param from parts of records from this number on are news
   * @param missing the record that is not there
   */
  private void checkNothingFollows(long position, long from, long missing) {
    for (long at = 0; at < layout.journalBytes(); at += SCAN_BYTES) {
      int looked = (int) Math.min(SCAN_BYTES, layout.journalBytes() - at);
      int read =
          (int) Math.min((long) SCAN_BYTES + layout.recordBytes(), layout.journalBytes() - at);
      device.read(layout.journalOffset() + at, memory, read);
      for (int block = 0; block < looked; block += BLOCK_BYTES) {
        long header = memory + block;
        if (!isJournal(header) || MetadataHeader.sequence(header) < from) {
          continue;
        }
        if (MetadataHeader.sequence(header) == missing) {
          findings.warning(
              "part of journal record "
                  + missing
                  + ", the last one, of which neither copy can be used: a crash cut it off, or it"
                  + " is damaged",
              layout.journalOffset() + at + block,
              BLOCK_BYTES);
        } else if (RecordHeader.BYTES + RecordHeader.entryBytes(header) <= read - block
            && RecordHeader.isIntact(header, crc)) {
          findings.error(
              "both copies of journal record "
                  + missing
                  + " are damaged: acknowledged updates are lost; record "
                  + MetadataHeader.sequence(header)
                  + " follows",
              layout.journalOffset() + position,
              BLOCK_BYTES);
          return;
        }
      }
    }
  }

  private boolean isJournal(long header) {
    return isOfType(header, MetadataHeader.JOURNAL_RECORD)
        || isOfType(header, MetadataHeader.JOURNAL_RECORD + MetadataHeader.SECOND_COPY);
  }

  private boolean isOfType(long header, int type) {
    return RecordHeader.fits(
        header, type, superblock.owner(), superblock.epoch(), layout.recordBytes());
  }
}
