package io.luciola.cluster.wire;

import static io.luciola.blockstore.linux.Memory.getByte;
import static io.luciola.blockstore.linux.Memory.getInt;
import static io.luciola.blockstore.linux.Memory.getLong;
import static io.luciola.blockstore.linux.Memory.getShort;
import static io.luciola.blockstore.linux.Memory.putByte;
import static io.luciola.blockstore.linux.Memory.putInt;
import static io.luciola.blockstore.linux.Memory.putLong;
import static io.luciola.blockstore.linux.Memory.putShort;

import io.luciola.blockstore.linux.Crc32c;

/**
 * The start of every frame, and the rules by which a received header is believed. A flyweight over
 * absolute memory: wrap it, then read or write fields; it holds no state but the address.
 */
public class FrameHeader {

  /** Bytes of a request's header. */
  public static final int REQUEST_BYTES = 128;

  /** Bytes of an answer's header. */
  public static final int REPLY_BYTES = 64;

  /** Bytes by which a frame's kind and length are known. */
  public static final int PREFIX_BYTES = 8;

  /** First bytes of every frame after its length: "LU". */
  public static final int MAGIC = 0x554C;

  /** The version of this format. */
  public static final int VERSION = 1;

  /** Most payload bytes that any frame may carry: one chunk. */
  public static final int MAX_PAYLOAD_BYTES = 64 << 20;

  static final int FRAME_LENGTH = 0;
  static final int MAGIC_OFFSET = 4;
  static final int VERSION_OFFSET = 6;
  static final int OPCODE = 7;
  static final int FLAGS = 8;
  static final int TENANT = 10;
  static final int RESERVED = 11;
  static final int STATUS = 12;
  static final int TAG = 16;
  private static final int CRC_BYTES = 4;

  private final Crc32c checksum = new Crc32c();

  /** Where the frame starts. */
  protected long address;

  /** Made without memory; wrap before use. */
  public FrameHeader() {}

  /** Points at a frame. */
  public void wrap(long address) {
    this.address = address;
  }

  /** Where the frame starts. */
  public final long address() {
    return address;
  }

  /** Header and payload together. */
  public final int frameLengthBytes() {
    return getInt(address + FRAME_LENGTH);
  }

  /** Length of the header, by the opcode. */
  public final int headerLengthBytes() {
    return Opcode.isReply(opcode()) ? REPLY_BYTES : REQUEST_BYTES;
  }

  /** Bytes after the header. */
  public final int payloadLengthBytes() {
    return frameLengthBytes() - headerLengthBytes();
  }

  /** What the frame is; see {@link Opcode}. */
  public final int opcode() {
    return getByte(address + OPCODE) & 0xFF;
  }

  /** Flags: {@link RequestFrame#REPEAT} and {@link RequestFrame#DELTA}. */
  public final int flags() {
    return getShort(address + FLAGS) & 0xFFFF;
  }

  /** The tenant on whose behalf the frame was sent; 0 until there is more than one. */
  public final int tenant() {
    return getByte(address + TENANT) & 0xFF;
  }

  /** Outcome; 0 in requests. */
  public final int status() {
    return getInt(address + STATUS);
  }

  /** The asker's number, repeated in the answer. */
  public final long tag() {
    return getLong(address + TAG);
  }

  /** Starts a frame: zeroes the header and fills in what all have. */
  protected final void begin(int opcode, int status, long tag, int payloadBytes) {
    int headerBytes = Opcode.isReply(opcode) ? REPLY_BYTES : REQUEST_BYTES;
    for (int offset = 0; offset < headerBytes; offset += Long.BYTES) {
      putLong(address + offset, 0);
    }
    putInt(address + FRAME_LENGTH, headerBytes + payloadBytes);
    putShort(address + MAGIC_OFFSET, (short) MAGIC);
    putByte(address + VERSION_OFFSET, (byte) VERSION);
    putByte(address + OPCODE, (byte) opcode);
    putInt(address + STATUS, status);
    putLong(address + TAG, tag);
  }

  /** Finishes a frame: the header's checksum goes in. No field may change after this. */
  public final void seal() {
    int covered = headerLengthBytes() - CRC_BYTES;
    putInt(address + covered, checksum.of(address, covered));
  }

  /**
   * Judges the first {@link #PREFIX_BYTES} bytes of a frame.
   *
   * @param maxPayloadBytes what the receiver is willing to take
   * @return {@link HeaderFault#NONE} when the rest of the header may be awaited
   */
  public final HeaderFault judgePrefix(int maxPayloadBytes) {
    if ((getShort(address + MAGIC_OFFSET) & 0xFFFF) != MAGIC) {
      return HeaderFault.BAD_MAGIC;
    }
    if (getByte(address + VERSION_OFFSET) != VERSION) {
      return HeaderFault.BAD_VERSION;
    }
    int opcode = opcode();
    if (!Opcode.isValid(opcode)) {
      return HeaderFault.BAD_OPCODE;
    }
    int payloadBytes = payloadLengthBytes();
    int limit = Opcode.mayCarryPayload(opcode) ? maxPayloadBytes : 0;
    if (frameLengthBytes() < 0 || payloadBytes < 0 || payloadBytes > limit) {
      return HeaderFault.BAD_LENGTH;
    }
    return HeaderFault.NONE;
  }

  /** Judges a whole header whose prefix was found good. */
  public final HeaderFault judgeHeader() {
    int covered = headerLengthBytes() - CRC_BYTES;
    return getInt(address + covered) == checksum.of(address, covered)
        ? HeaderFault.NONE
        : HeaderFault.BAD_CHECKSUM;
  }
}
