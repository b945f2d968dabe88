package io.luciola.cluster.wire;

import static io.luciola.blockstore.linux.Memory.getInt;
import static io.luciola.blockstore.linux.Memory.getLong;
import static io.luciola.blockstore.linux.Memory.putInt;
import static io.luciola.blockstore.linux.Memory.putLong;

/** Flyweight over the headers of all answers. */
public final class ReplyFrame extends FrameHeader {

  static final int CHUNK_VERSION = 24;
  static final int DIGEST = 32;
  static final int LENGTH_BYTES = 40;
  static final int PAYLOAD_CRC32C = 44;

  /** Made without memory; wrap before use. */
  public ReplyFrame() {}

  /** Starts an answer with all other fields 0. */
  public ReplyFrame begin(int requestOpcode, long tag, int status, int payloadBytes) {
    begin(requestOpcode | Opcode.REPLY, status, tag, payloadBytes);
    return this;
  }

  /**
   * The version that was read, made or asked for. LIST_CHUNKS_REPLY and DUMP_CHUNKS_REPLY: where to
   * go on. COMPARE_CHUNKS_REPLY: bit i says that the i-th chunk differs.
   */
  public long version() {
    return getLong(address + CHUNK_VERSION);
  }

  /** Sets {@link #version()}. */
  public ReplyFrame version(long version) {
    putLong(address + CHUNK_VERSION, version);
    return this;
  }

  /**
   * UPDATE_REPLY and COMPARE_BLOCKS_REPLY: digest of the whole chunk as the successor has it.
   * COMPARE_CHUNKS_REPLY: bit i says that chunk 64 + i differs.
   */
  public long digest() {
    return getLong(address + DIGEST);
  }

  /** Sets {@link #digest()}. */
  public ReplyFrame digest(long digest) {
    putLong(address + DIGEST, digest);
    return this;
  }

  /**
   * UPDATE_REPLY and COMPARE_BLOCKS_REPLY: length of the chunk. READ_REPLY: bytes that could be
   * read, the payload.
   */
  public int lengthBytes() {
    return getInt(address + LENGTH_BYTES);
  }

  /** Sets {@link #lengthBytes()}. */
  public ReplyFrame lengthBytes(int lengthBytes) {
    putInt(address + LENGTH_BYTES, lengthBytes);
    return this;
  }

  /** CRC32C of the payload; 0 without payload. */
  public int payloadCrc32c() {
    return getInt(address + PAYLOAD_CRC32C);
  }

  /** Sets {@link #payloadCrc32c()}. */
  public ReplyFrame payloadCrc32c(int crc32c) {
    putInt(address + PAYLOAD_CRC32C, crc32c);
    return this;
  }
}
