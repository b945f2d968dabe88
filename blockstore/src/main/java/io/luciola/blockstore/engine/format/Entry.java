package io.luciola.blockstore.engine.format;

import io.luciola.blockstore.linux.Memory;

/**
 * A flyweight over one entry of a record. Which fields an entry has depends on its type; the class
 * holds only an address and is reused.
 */
public final class Entry {

  /** A pending update: all fields, checksums, journaled blocks. */
  public static final int PREPARED = 1;

  /** The pending version became the committed one. */
  public static final int COMMITTED = 2;

  /** The pending version was dropped. */
  public static final int DISCARDED = 3;

  /** A target was created or its budget changed; the version field holds the budget. */
  public static final int TARGET = 4;

  /** The removal of a target began: from here on neither it nor any chunk of it counts. */
  public static final int REMOVING = 5;

  /** A target whose removal had begun is gone. */
  public static final int REMOVED = 6;

  /** Flag of {@link #flags()}: the update has an extent of its own. */
  public static final int FRESH = 1;

  /**
   * Flag of {@link #flags()}: checksums are not here but in the checksum pages of the checkpoint.
   */
  public static final int CHECKSUMS_IN_PAGES = 2;

  /** Flag of {@link #flags()}, in TARGET: chunks of the target may have been lost. */
  public static final int LOSSY = 1;

  /** Size of all but PREPARED. */
  public static final int SHORT_BYTES = 48;

  /** Size of PREPARED before the checksums. */
  public static final int LONG_BYTES = 112;

  private static final int TYPE = 0;
  private static final int KIND = 2;
  private static final int ORDER = 3;
  private static final int LENGTH = 4;
  private static final int TARGET_ID = 8;
  private static final int CHUNK_HI = 16;
  private static final int CHUNK_LO = 24;
  private static final int VERSION = 32;
  private static final int CHAIN_VERSION = 40;
  private static final int FLAGS = 44;
  private static final int CLIENT = 48;
  private static final int CLIENT_SEQUENCE = 56;
  private static final int DIGEST = 64;
  private static final int CHANNEL = 72;
  private static final int CONTENT_LENGTH = 76;
  private static final int EXTENT = 80;
  private static final int DIRECT_FIRST = 84;
  private static final int DIRECT_COUNT = 88;
  private static final int JOURNALED_COUNT = 92;
  private static final int PUNCHED_FIRST = 96;
  private static final int PUNCHED_COUNT = 100;
  private static final int BATCH = 104;

  private long address;

  /** Size of a PREPARED entry. */
  public static int longBytes(int checksumCount, int journaledCount) {
    return (LONG_BYTES + checksumCount * 4 + journaledCount * 8 + 7) & -8;
  }

  /** Points at an entry. */
  public Entry at(long entryAddress) {
    address = entryAddress;
    return this;
  }

  /** Begins a new entry: zeros, type, length. */
  public Entry begin(long entryAddress, int type, int lengthBytes) {
    address = entryAddress;
    Zeros.put(address, lengthBytes);
    Memory.putShort(address + TYPE, (short) type);
    Memory.putInt(address + LENGTH, lengthBytes);
    return this;
  }

  /** Whether the entry's lengths agree with each other and with what is left of the record. */
  public boolean isWellFormed(int leftBytes) {
    if (leftBytes < SHORT_BYTES || lengthBytes() < SHORT_BYTES || lengthBytes() > leftBytes) {
      return false;
    }
    return switch (type()) {
      case COMMITTED, DISCARDED, TARGET, REMOVING, REMOVED -> lengthBytes() == SHORT_BYTES;
      case PREPARED ->
          lengthBytes() >= LONG_BYTES
              && directCount() >= 0
              && checksumCount() <= leftBytes / 4
              && journaledCount() >= 0
              && journaledCount() <= leftBytes / 8
              && lengthBytes() == longBytes(checksumCount(), journaledCount());
      default -> false;
    };
  }

  /** One of the types above. */
  public int type() {
    return Memory.getShort(address + TYPE);
  }

  /** Length of the entry. */
  public int lengthBytes() {
    return Memory.getInt(address + LENGTH);
  }

  /** The target. */
  public long targetId() {
    return Memory.getLong(address + TARGET_ID);
  }

  /** Upper half of the chunk id. */
  public long chunkHi() {
    return Memory.getLong(address + CHUNK_HI);
  }

  /** Lower half of the chunk id. */
  public long chunkLo() {
    return Memory.getLong(address + CHUNK_LO);
  }

  /** The version; of a TARGET the budget. */
  public long version() {
    return Memory.getLong(address + VERSION);
  }

  /** The chain version. */
  public int chainVersion() {
    return Memory.getInt(address + CHAIN_VERSION);
  }

  /** Names chunk (or target) and version. */
  public Entry key(long targetId, long chunkHi, long chunkLo, long version, int chainVersion) {
    Memory.putLong(address + TARGET_ID, targetId);
    Memory.putLong(address + CHUNK_HI, chunkHi);
    Memory.putLong(address + CHUNK_LO, chunkLo);
    Memory.putLong(address + VERSION, version);
    Memory.putInt(address + CHAIN_VERSION, chainVersion);
    return this;
  }

  /** The update's kind. */
  public int kind() {
    return Memory.getByte(address + KIND);
  }

  /** Size of the extent: 2^order blocks. */
  public int order() {
    return Memory.getByte(address + ORDER);
  }

  /** Flags: {@link #FRESH}, {@link #CHECKSUMS_IN_PAGES}; {@link #LOSSY} of a TARGET. */
  public int flags() {
    return Memory.getInt(address + FLAGS);
  }

  /** Says what the update is and where its extent lies. */
  public Entry place(int kind, int order, int flags, long extent) {
    Memory.putByte(address + KIND, (byte) kind);
    Memory.putByte(address + ORDER, (byte) order);
    Memory.putInt(address + FLAGS, flags);
    Memory.putInt(address + EXTENT, (int) extent);
    return this;
  }

  /** First block of the extent. */
  public long extent() {
    return Memory.getInt(address + EXTENT) & 0xFFFFFFFFL;
  }

  /** The writer's client id. */
  public long clientId() {
    return Memory.getLong(address + CLIENT);
  }

  /** The writer's channel. */
  public int channel() {
    return Memory.getInt(address + CHANNEL);
  }

  /** The writer's sequence number. */
  public long clientSequence() {
    return Memory.getLong(address + CLIENT_SEQUENCE);
  }

  /** Names the writer. */
  public Entry writer(long clientId, int channel, long sequence) {
    Memory.putLong(address + CLIENT, clientId);
    Memory.putInt(address + CHANNEL, channel);
    Memory.putLong(address + CLIENT_SEQUENCE, sequence);
    return this;
  }

  /** Digest of the content. */
  public long digest() {
    return Memory.getLong(address + DIGEST);
  }

  /** Length of the content. */
  public int contentLengthBytes() {
    return Memory.getInt(address + CONTENT_LENGTH);
  }

  /** Describes the content. */
  public Entry content(int lengthBytes, long digest) {
    Memory.putInt(address + CONTENT_LENGTH, lengthBytes);
    Memory.putLong(address + DIGEST, digest);
    return this;
  }

  /** Sets a TARGET's flags. */
  public Entry targetFlags(int flags) {
    Memory.putInt(address + FLAGS, flags);
    return this;
  }

  /** First block, counted in the chunk, that went straight to the extent. */
  public int directFirst() {
    return Memory.getInt(address + DIRECT_FIRST);
  }

  /** Number of blocks that went straight to the extent. */
  public int directCount() {
    return Memory.getInt(address + DIRECT_COUNT);
  }

  /** Number of checksums in the entry: one for each direct block, or none. */
  public int checksumCount() {
    return (flags() & CHECKSUMS_IN_PAGES) != 0 ? 0 : directCount();
  }

  /** First block of the chunk that becomes a hole. */
  public int punchedFirst() {
    return Memory.getInt(address + PUNCHED_FIRST);
  }

  /** Number of blocks that become holes. */
  public int punchedCount() {
    return Memory.getInt(address + PUNCHED_COUNT);
  }

  /** Says which blocks become holes. */
  public Entry punched(int first, int count) {
    Memory.putInt(address + PUNCHED_FIRST, first);
    Memory.putInt(address + PUNCHED_COUNT, count);
    return this;
  }

  /** Number of blocks whose data is in this record. */
  public int journaledCount() {
    return Memory.getInt(address + JOURNALED_COUNT);
  }

  /** Sets the counts; before checksums and journaled blocks. */
  public Entry counts(int directFirst, int directCount, int journaledCount) {
    Memory.putInt(address + DIRECT_FIRST, directFirst);
    Memory.putInt(address + DIRECT_COUNT, directCount);
    Memory.putInt(address + JOURNALED_COUNT, journaledCount);
    return this;
  }

  /** Which batch of its record the update belongs to, from 1; 0: none. */
  public int batch() {
    return Memory.getInt(address + BATCH);
  }

  /** Says which batch of its record the update belongs to. */
  public Entry batch(int number) {
    Memory.putInt(address + BATCH, number);
    return this;
  }

  /** Checksum of the i-th block from {@link #directFirst()}; 0 for a hole. */
  public int checksum(int i) {
    return Memory.getInt(address + LONG_BYTES + i * 4L);
  }

  /** Sets a checksum. */
  public void putChecksum(int i, int checksum) {
    Memory.putInt(address + LONG_BYTES + i * 4L, checksum);
  }

  /** Which block of the chunk the i-th journaled one is. */
  public int journaledBlock(int i) {
    return Memory.getInt(address + LONG_BYTES + checksumCount() * 4L + i * 8L);
  }

  /** Checksum of the i-th journaled block. */
  public int journaledChecksum(int i) {
    return Memory.getInt(address + LONG_BYTES + checksumCount() * 4L + i * 8L + 4);
  }

  /** Sets a journaled block. */
  public void putJournaled(int i, int block, int checksum) {
    long at = address + LONG_BYTES + checksumCount() * 4L + i * 8L;
    Memory.putInt(at, block);
    Memory.putInt(at + 4, checksum);
  }
}
