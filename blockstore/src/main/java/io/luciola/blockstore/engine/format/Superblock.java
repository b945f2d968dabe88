package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.UUID;

/**
 * The root of all metadata: which checkpoint holds and where the journal begins. Two copies are
 * written in turn; the intact one of the higher generation holds.
 *
 * @param diskUuid the device's identity
 * @param generation counts superblocks; its lowest bit says which of the two copies
 * @param epoch counts the times the engine was opened; journal records name it
 * @param layout where everything lies
 * @param checkpointRegion 0 or 1
 * @param checkpointGeneration what the checkpoint's records name as their epoch
 * @param checkpointRecords how many records the checkpoint has
 * @param journalStart where in the journal the first record behind the checkpoint begins
 * @param journalSequence the sequence number of that record
 */
public record Superblock(
    UUID diskUuid,
    long generation,
    long epoch,
    DeviceLayout layout,
    int checkpointRegion,
    long checkpointGeneration,
    long checkpointRecords,
    long journalStart,
    long journalSequence) {

  /** Size of a superblock. */
  public static final int BYTES = 4096;

  private static final int UUID_HI = 40;
  private static final int UUID_LO = 48;
  private static final int DEVICE_BYTES = 56;
  private static final int JOURNAL_OFFSET = 64;
  private static final int JOURNAL_BYTES = 72;
  private static final int CHECKPOINT_OFFSET = 80;
  private static final int CHECKPOINT_BYTES = 88;
  private static final int DATA_OFFSET = 96;
  private static final int DATA_BLOCKS = 104;
  private static final int RECORD_BYTES = 112;
  private static final int MAX_CHUNKS = 116;
  private static final int JOURNALED_BLOCKS = 120;
  private static final int CHECKPOINT_REGION = 124;
  private static final int CHECKPOINT_GENERATION = 128;
  private static final int CHECKPOINT_RECORDS = 136;
  private static final int JOURNAL_START = 144;
  private static final int JOURNAL_SEQUENCE = 152;

  /** The part of the UUID that marks the device's metadata blocks. */
  public long owner() {
    return diskUuid.getLeastSignificantBits();
  }

  /** Where on the device this superblock belongs. */
  public long offset() {
    return DeviceLayout.superblockOffset((int) (generation & 1));
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
    Memory.putLong(address + DATA_OFFSET, layout.dataOffset());
    Memory.putLong(address + DATA_BLOCKS, layout.dataBlocks());
    Memory.putInt(address + RECORD_BYTES, layout.recordBytes());
    Memory.putInt(address + MAX_CHUNKS, layout.maxChunks());
    Memory.putInt(address + JOURNALED_BLOCKS, layout.journaledBlocks());
    Memory.putInt(address + CHECKPOINT_REGION, checkpointRegion);
    Memory.putLong(address + CHECKPOINT_GENERATION, checkpointGeneration);
    Memory.putLong(address + CHECKPOINT_RECORDS, checkpointRecords);
    Memory.putLong(address + JOURNAL_START, journalStart);
    Memory.putLong(address + JOURNAL_SEQUENCE, journalSequence);
    MetadataHeader.seal(address, BYTES, crc);
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
            Memory.getLong(address + DATA_OFFSET),
            Memory.getLong(address + DATA_BLOCKS),
            Memory.getInt(address + MAX_CHUNKS),
            Memory.getInt(address + JOURNALED_BLOCKS));
    return new Superblock(
        new UUID(Memory.getLong(address + UUID_HI), Memory.getLong(address + UUID_LO)),
        MetadataHeader.sequence(address),
        MetadataHeader.epoch(address),
        layout,
        Memory.getInt(address + CHECKPOINT_REGION),
        Memory.getLong(address + CHECKPOINT_GENERATION),
        Memory.getLong(address + CHECKPOINT_RECORDS),
        Memory.getLong(address + JOURNAL_START),
        Memory.getLong(address + JOURNAL_SEQUENCE));
  }

  /** The next one, when the engine opens: a new epoch with an empty journal at its old place. */
  public Superblock withNextEpoch() {
    return new Superblock(
        diskUuid,
        generation + 1,
        epoch + 1,
        layout,
        checkpointRegion,
        checkpointGeneration,
        checkpointRecords,
        journalStart,
        journalSequence);
  }

  /** The next one, when a checkpoint in the other region holds. */
  public Superblock withCheckpoint(long newEpoch, long records, long start, long sequence) {
    return new Superblock(
        diskUuid,
        generation + 1,
        newEpoch,
        layout,
        1 - checkpointRegion,
        checkpointGeneration + 1,
        records,
        start,
        sequence);
  }
}
