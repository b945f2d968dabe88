package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The root of all metadata: which checkpoint holds and where the journal begins. Both copies are
 * written one after the other; the intact one of the higher generation holds.
 *
 * @param diskUuid the device's identity
 * @param generation counts superblocks
 * @param epoch counts the times the engine was opened; journal records name it
 * @param layout where everything lies
 * @param checkpointGeneration counts checkpoints; its lowest bit says which checkpoint region
 * @param checkpointRecords how many records of pending updates the checkpoint has before its root
 * @param chunkSlots entries of the chunk table that are or were in use
 * @param journalStart where in the journal the first record behind the checkpoint begins
 * @param journalSequence the sequence number of that record
 * @param targets all targets, in the order of their numbers
 */
public record Superblock(
    UUID diskUuid,
    long generation,
    long epoch,
    DeviceLayout layout,
    int checkpointGeneration,
    long checkpointRecords,
    int chunkSlots,
    long journalStart,
    long journalSequence,
    List<StoredTarget> targets) {

  /** Size of a superblock. */
  public static final int BYTES = 4096;

  private static final int UUID_HI = 40;
  private static final int UUID_LO = 48;
  private static final int DEVICE_BYTES = 56;
  private static final int JOURNAL_OFFSET = 64;
  private static final int JOURNAL_BYTES = 72;
  private static final int CHECKPOINT_OFFSET = 80;
  private static final int CHECKPOINT_BYTES = 88;
  private static final int PAGES_OFFSET = 96;
  private static final int DATA_OFFSET = 104;
  private static final int DATA_BLOCKS = 112;
  private static final int RECORD_BYTES = 120;
  private static final int MAX_CHUNKS = 124;
  private static final int JOURNALED_BLOCKS = 128;
  private static final int CHUNK_PAGES = 132;
  private static final int WRITER_PAGES = 136;
  private static final int CHECKSUM_PAGES = 140;
  private static final int CHECKPOINT_GENERATION = 144;
  private static final int CHUNK_SLOTS = 148;
  private static final int CHECKPOINT_RECORDS = 152;
  private static final int JOURNAL_START = 160;
  private static final int JOURNAL_SEQUENCE = 168;
  private static final int TARGET_COUNT = 176;
  private static final int TARGETS = 1024;
  private static final int TARGET_ID = 0;
  private static final int TARGET_BUDGET = 8;
  private static final int TARGET_FLAGS = 16;

  /** Copies the list. */
  public Superblock {
    targets = List.copyOf(targets);
  }

  /** The superblock of a device that was just formatted. */
  public static Superblock first(UUID diskUuid, DeviceLayout layout) {
    return new Superblock(diskUuid, 1, 1, layout, 0, 0, 0, 0, 1, List.of());
  }

  /** The part of the UUID that marks the device's metadata blocks. */
  public long owner() {
    return diskUuid.getLeastSignificantBits();
  }

  /** Which of the two checkpoint regions holds. */
  public int checkpointRegion() {
    return checkpointGeneration & 1;
  }

  /** Where on the device a copy of the superblock belongs. */
  public static long offset(int copy) {
    return DeviceLayout.superblockOffset(copy);
  }

  /** Writes it into {@link #BYTES} of memory. */
  public void encode(long address, Crc32c crc) {
    Zeros.put(address, BYTES);
    MetadataHeader.put(address, MetadataHeader.SUPERBLOCK, owner(), epoch, generation, BYTES);
    Memory.putLong(address + UUID_HI, diskUuid.getMostSignificantBits());
    Memory.putLong(address + UUID_LO, diskUuid.getLeastSignificantBits());
    Memory.putLong(address + DEVICE_BYTES, layout.deviceBytes());
    Memory.putLong(address + JOURNAL_OFFSET, layout.journalOffset());
    Memory.putLong(address + JOURNAL_BYTES, layout.journalBytes());
    Memory.putLong(address + CHECKPOINT_OFFSET, layout.checkpointOffset());
    Memory.putLong(address + CHECKPOINT_BYTES, layout.checkpointBytes());
    Memory.putLong(address + PAGES_OFFSET, layout.pagesOffset());
    Memory.putLong(address + DATA_OFFSET, layout.dataOffset());
    Memory.putLong(address + DATA_BLOCKS, layout.dataBlocks());
    Memory.putInt(address + RECORD_BYTES, layout.recordBytes());
    Memory.putInt(address + MAX_CHUNKS, layout.maxChunks());
    Memory.putInt(address + JOURNALED_BLOCKS, layout.journaledBlocks());
    Memory.putInt(address + CHUNK_PAGES, layout.chunkPages());
    Memory.putInt(address + WRITER_PAGES, layout.writerPages());
    Memory.putInt(address + CHECKSUM_PAGES, layout.checksumPages());
    Memory.putInt(address + CHECKPOINT_GENERATION, checkpointGeneration);
    Memory.putInt(address + CHUNK_SLOTS, chunkSlots);
    Memory.putLong(address + CHECKPOINT_RECORDS, checkpointRecords);
    Memory.putLong(address + JOURNAL_START, journalStart);
    Memory.putLong(address + JOURNAL_SEQUENCE, journalSequence);
    Memory.putInt(address + TARGET_COUNT, targets.size());
    for (int i = 0; i < targets.size(); i++) {
      long at = address + TARGETS + (long) i * StoredTarget.BYTES;
      StoredTarget target = targets.get(i);
      Memory.putLong(at + TARGET_ID, target.id());
      Memory.putLong(at + TARGET_BUDGET, target.budgetBytes());
      Memory.putLong(at + TARGET_FLAGS, target.flags());
    }
    MetadataHeader.seal(address, BYTES, crc);
  }

  /** How many targets a superblock says it has; more than there may be when it is no superblock. */
  public static int targetCount(long address) {
    return Memory.getInt(address + TARGET_COUNT);
  }

  /** Reads what {@link #encode} wrote, after the caller has checked that it is intact. */
  public static Superblock decode(long address) {
    DeviceLayout layout =
        new DeviceLayout(
            Memory.getLong(address + DEVICE_BYTES),
            Memory.getLong(address + JOURNAL_OFFSET),
            Memory.getLong(address + JOURNAL_BYTES),
            Memory.getInt(address + RECORD_BYTES),
            Memory.getLong(address + CHECKPOINT_OFFSET),
            Memory.getLong(address + CHECKPOINT_BYTES),
            Memory.getLong(address + PAGES_OFFSET),
            Memory.getInt(address + CHUNK_PAGES),
            Memory.getInt(address + WRITER_PAGES),
            Memory.getInt(address + CHECKSUM_PAGES),
            Memory.getLong(address + DATA_OFFSET),
            Memory.getLong(address + DATA_BLOCKS),
            Memory.getInt(address + MAX_CHUNKS),
            Memory.getInt(address + JOURNALED_BLOCKS));
    List<StoredTarget> targets = new ArrayList<>();
    for (int i = 0; i < Memory.getInt(address + TARGET_COUNT); i++) {
      long at = address + TARGETS + (long) i * StoredTarget.BYTES;
      targets.add(
          new StoredTarget(
              Memory.getLong(at + TARGET_ID),
              Memory.getLong(at + TARGET_BUDGET),
              (int) Memory.getLong(at + TARGET_FLAGS)));
    }
    return new Superblock(
        new UUID(Memory.getLong(address + UUID_HI), Memory.getLong(address + UUID_LO)),
        MetadataHeader.sequence(address),
        MetadataHeader.epoch(address),
        layout,
        Memory.getInt(address + CHECKPOINT_GENERATION),
        Memory.getLong(address + CHECKPOINT_RECORDS),
        Memory.getInt(address + CHUNK_SLOTS),
        Memory.getLong(address + JOURNAL_START),
        Memory.getLong(address + JOURNAL_SEQUENCE),
        targets);
  }

  /** The next one, when the engine opens: a new epoch with an empty journal at its old place. */
  public Superblock withNextEpoch() {
    return new Superblock(
        diskUuid,
        generation + 1,
        epoch + 1,
        layout,
        checkpointGeneration,
        checkpointRecords,
        chunkSlots,
        journalStart,
        journalSequence,
        targets);
  }

  /** The next one, when another checkpoint holds; it has no records of pending updates. */
  public Superblock withCheckpoint(
      long newEpoch, int slots, long start, long sequence, List<StoredTarget> newTargets) {
    return new Superblock(
        diskUuid,
        generation + 1,
        newEpoch,
        layout,
        checkpointGeneration + 1,
        0,
        slots,
        start,
        sequence,
        newTargets);
  }

  /** The same, whose checkpoint has so many records of pending updates. */
  public Superblock withCheckpointRecords(long records) {
    return new Superblock(
        diskUuid,
        generation,
        epoch,
        layout,
        checkpointGeneration,
        records,
        chunkSlots,
        journalStart,
        journalSequence,
        targets);
  }
}
