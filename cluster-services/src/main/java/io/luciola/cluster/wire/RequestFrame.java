package io.luciola.cluster.wire;

import static io.luciola.blockstore.linux.Memory.getByte;
import static io.luciola.blockstore.linux.Memory.getInt;
import static io.luciola.blockstore.linux.Memory.getLong;
import static io.luciola.blockstore.linux.Memory.putByte;
import static io.luciola.blockstore.linux.Memory.putInt;
import static io.luciola.blockstore.linux.Memory.putLong;
import static io.luciola.blockstore.linux.Memory.putShort;

/** Flyweight over the headers of all requests. */
public final class RequestFrame extends FrameHeader {

  static final int DEADLINE_MICROS = 24;
  static final int CHAIN_ID = 28;
  static final int CHAIN_VERSION = 32;
  static final int KIND = 36;
  static final int READ_MODE = 37;
  static final int TARGET_ID = 40;
  static final int CHUNK_HI = 48;
  static final int CHUNK_LO = 56;
  static final int CHUNK_VERSION = 64;
  static final int CLIENT_ID = 72;
  static final int SEQUENCE = 80;
  static final int CHANNEL = 88;
  static final int OFFSET_BYTES = 92;
  static final int LENGTH_BYTES = 96;
  static final int CAPACITY_BYTES = 100;
  static final int PAYLOAD_CRC32C = 104;
  static final int SENDER_NODE = 108;
  static final int BASE_DIGEST = 112;
  static final int BASE_LENGTH_BYTES = 120;

  /** Flag of WRITE and UPDATE: the client has sent this update before. */
  public static final int REPEAT = 1;

  /** Flag of UPDATE, kind INSTALL: the payload is a {@link BlockDelta}, not the whole content. */
  public static final int DELTA = 2;

  /** Made without memory; wrap before use. */
  public RequestFrame() {}

  /** Starts a request with all fields 0. */
  public RequestFrame begin(int opcode, long tag, int payloadBytes) {
    begin(opcode, 0, tag, payloadBytes);
    return this;
  }

  /** Time that is left to the asker, in microseconds; 0: no limit. */
  public int deadlineMicros() {
    return getInt(address + DEADLINE_MICROS);
  }

  /** Sets {@link #deadlineMicros()}. */
  public RequestFrame deadlineMicros(int micros) {
    putInt(address + DEADLINE_MICROS, micros);
    return this;
  }

  /** The chain. */
  public int chainId() {
    return getInt(address + CHAIN_ID);
  }

  /** The chain's version as the asker knows it. */
  public int chainVersion() {
    return getInt(address + CHAIN_VERSION);
  }

  /** Sets chain and chain version. */
  public RequestFrame chain(int chainId, int chainVersion) {
    putInt(address + CHAIN_ID, chainId);
    putInt(address + CHAIN_VERSION, chainVersion);
    return this;
  }

  /**
   * Kind of change, as in {@link io.luciola.blockstore.engine.ChunkUpdate}; DUMP_CHUNKS: {@link
   * ChunkStatRecords#FROM_CURSOR} or {@link ChunkStatRecords#ONE_CHUNK}; 0 in other frames.
   */
  public int kind() {
    return getByte(address + KIND) & 0xFF;
  }

  /** Sets {@link #kind()}. */
  public RequestFrame kind(int kind) {
    putByte(address + KIND, (byte) kind);
    return this;
  }

  /** How fresh a READ must be: the ordinal of a {@code ReadMode}. */
  public int readMode() {
    return getByte(address + READ_MODE) & 0xFF;
  }

  /** Sets {@link #readMode()}. */
  public RequestFrame readMode(int mode) {
    putByte(address + READ_MODE, (byte) mode);
    return this;
  }

  /** The target that is meant to act. */
  public long targetId() {
    return getLong(address + TARGET_ID);
  }

  /** Sets {@link #targetId()}. */
  public RequestFrame targetId(long targetId) {
    putLong(address + TARGET_ID, targetId);
    return this;
  }

  /** Upper 8 bytes of the chunk id. */
  public long chunkHi() {
    return getLong(address + CHUNK_HI);
  }

  /** Lower 8 bytes of the chunk id. */
  public long chunkLo() {
    return getLong(address + CHUNK_LO);
  }

  /** Sets the chunk id. */
  public RequestFrame chunk(long hi, long lo) {
    putLong(address + CHUNK_HI, hi);
    putLong(address + CHUNK_LO, lo);
    return this;
  }

  /**
   * UPDATE: the version which the chunk gets. READ: the least version that will do. LIST_CHUNKS and
   * DUMP_CHUNKS: the cursor.
   */
  public long version() {
    return getLong(address + CHUNK_VERSION);
  }

  /** Sets {@link #version()}. */
  public RequestFrame version(long version) {
    putLong(address + CHUNK_VERSION, version);
    return this;
  }

  /** Who writes: the client. */
  public long clientId() {
    return getLong(address + CLIENT_ID);
  }

  /** Who writes: the client's channel. */
  public int channel() {
    return getInt(address + CHANNEL);
  }

  /** Who writes: the sequence number in the channel. */
  public long sequence() {
    return getLong(address + SEQUENCE);
  }

  /** Sets who writes. */
  public RequestFrame writer(long clientId, int channel, long sequence) {
    putLong(address + CLIENT_ID, clientId);
    putInt(address + CHANNEL, channel);
    putLong(address + SEQUENCE, sequence);
    return this;
  }

  /** Where in the chunk; TRUNCATE: the new length. */
  public int offsetBytes() {
    return getInt(address + OFFSET_BYTES);
  }

  /** How much to read or write; DUMP_CHUNKS: most chunks in the answer. */
  public int lengthBytes() {
    return getInt(address + LENGTH_BYTES);
  }

  /** Sets offset and length. */
  public RequestFrame range(int offsetBytes, int lengthBytes) {
    putInt(address + OFFSET_BYTES, offsetBytes);
    putInt(address + LENGTH_BYTES, lengthBytes);
    return this;
  }

  /** Capacity of the chunk if it has to be created. */
  public int capacityBytes() {
    return getInt(address + CAPACITY_BYTES);
  }

  /** Sets {@link #capacityBytes()}. */
  public RequestFrame capacityBytes(int capacityBytes) {
    putInt(address + CAPACITY_BYTES, capacityBytes);
    return this;
  }

  /** CRC32C of the payload; 0 without payload. */
  public int payloadCrc32c() {
    return getInt(address + PAYLOAD_CRC32C);
  }

  /** Sets {@link #payloadCrc32c()}. */
  public RequestFrame payloadCrc32c(int crc32c) {
    putInt(address + PAYLOAD_CRC32C, crc32c);
    return this;
  }

  /** UPDATE and VERSION_QUERY: the node that sends; 0 from clients. */
  public int senderNode() {
    return getInt(address + SENDER_NODE);
  }

  /** Sets {@link #senderNode()}. */
  public RequestFrame senderNode(int nodeId) {
    putInt(address + SENDER_NODE, nodeId);
    return this;
  }

  /**
   * UPDATE: digest of what the update builds on; of kinds REPLACE and INSTALL: of what it makes.
   */
  public long baseDigest() {
    return getLong(address + BASE_DIGEST);
  }

  /**
   * UPDATE: length of what the update builds on; of kinds REPLACE and INSTALL: of what it makes.
   */
  public int baseLengthBytes() {
    return getInt(address + BASE_LENGTH_BYTES);
  }

  /** Sets what the update builds on. */
  public RequestFrame base(long digest, int lengthBytes) {
    putLong(address + BASE_DIGEST, digest);
    putInt(address + BASE_LENGTH_BYTES, lengthBytes);
    return this;
  }

  /** Whether the client has sent this update before. */
  public boolean repeat() {
    return (flags() & REPEAT) != 0;
  }

  /** Sets {@link #repeat()}. */
  public RequestFrame repeat(boolean repeat) {
    return flag(REPEAT, repeat);
  }

  /** Whether the payload is a {@link BlockDelta}. */
  public boolean delta() {
    return (flags() & DELTA) != 0;
  }

  /** Sets {@link #delta()}. */
  public RequestFrame delta(boolean delta) {
    return flag(DELTA, delta);
  }

  private RequestFrame flag(int bit, boolean on) {
    putShort(address + FLAGS, (short) (on ? flags() | bit : flags() & ~bit));
    return this;
  }
}
