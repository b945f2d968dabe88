package io.luciola.fuse.kernel;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fuse.MountOptions;
import io.luciola.fuse.vfs.Credentials;

/**
 * A request as it lies in its buffer, and the buffer itself. Every access to the body is checked
 * against the request's length. Belongs to one thread.
 */
final class Request implements AutoCloseable {

  static final int HEADER_BYTES = 40;

  /** The data of a WRITE follows this much after the start, on a page boundary. */
  static final int WRITE_DATA_OFFSET = HEADER_BYTES + FileStructs.WRITE_IN_BYTES;

  /** What the kernel may put into the buffer: a WRITE of the largest size. */
  static final int CAPACITY_BYTES = WRITE_DATA_OFFSET + MountOptions.MAX_TRANSFER_BYTES;

  private static final int LENGTH_OFFSET = 0;
  private static final int OPCODE_OFFSET = 4;
  private static final int UNIQUE_OFFSET = 8;
  private static final int NODE_ID_OFFSET = 16;
  private static final int UID_OFFSET = 24;
  private static final int GID_OFFSET = 28;

  private static final long MAPPED_BYTES = Memory.PAGE_BYTES + MountOptions.MAX_TRANSFER_BYTES;

  private final long mapping = Memory.allocate(MAPPED_BYTES);
  private final long address = mapping + Memory.PAGE_BYTES - WRITE_DATA_OFFSET;
  private int bodyBytes;

  /** Where the kernel is to put a request. */
  long address() {
    return address;
  }

  /**
   * Takes what the kernel put there.
   *
   * @return false when it is no request: too short for a header, or not as long as it says
   */
  boolean received(long lengthBytes) {
    bodyBytes = (int) lengthBytes - HEADER_BYTES;
    return bodyBytes >= 0
        && Integer.toUnsignedLong(Memory.getInt(address + LENGTH_OFFSET)) == lengthBytes;
  }

  int opcode() {
    return Memory.getInt(address + OPCODE_OFFSET);
  }

  long unique() {
    return Memory.getLong(address + UNIQUE_OFFSET);
  }

  long nodeId() {
    return Memory.getLong(address + NODE_ID_OFFSET);
  }

  Credentials credentials() {
    return new Credentials(
        Memory.getInt(address + UID_OFFSET), Memory.getInt(address + GID_OFFSET));
  }

  int bodyBytes() {
    return bodyBytes;
  }

  /** Refuses a request whose body is shorter than its fixed part. */
  void requireBody(int bytes) {
    if (bodyBytes < bytes) {
      throw new MalformedRequestException(
          "opcode " + opcode() + " with a body of " + bodyBytes + " bytes instead of " + bytes);
    }
  }

  int getInt(int bodyOffset) {
    requireBody(bodyOffset + Integer.BYTES);
    return Memory.getInt(address + HEADER_BYTES + bodyOffset);
  }

  long getLong(int bodyOffset) {
    requireBody(bodyOffset + Long.BYTES);
    return Memory.getLong(address + HEADER_BYTES + bodyOffset);
  }

  long bodyAddress(int bodyOffset) {
    requireBody(bodyOffset);
    return address + HEADER_BYTES + bodyOffset;
  }

  /** The zero-terminated name at an offset of the body, without its zero. */
  ByteString name(int bodyOffset) {
    requireBody(bodyOffset);
    long start = address + HEADER_BYTES + bodyOffset;
    int most = bodyBytes - bodyOffset;
    int length = 0;
    while (length < most && Memory.getByte(start + length) != 0) {
      length++;
    }
    if (length == most) {
      throw new MalformedRequestException("opcode " + opcode() + " with a name that has no end");
    }
    byte[] bytes = new byte[length];
    Memory.get(start, bytes, 0, length);
    return ByteString.copyFrom(bytes);
  }

  @Override
  public void close() {
    Memory.free(mapping, MAPPED_BYTES);
  }
}
