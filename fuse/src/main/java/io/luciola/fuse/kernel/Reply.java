package io.luciola.fuse.kernel;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fuse.MountOptions;

/**
 * Memory for a reply: a page-aligned body with the header right before it, so that data which was
 * received into the body leaves in one write without a copy. Belongs to one thread.
 */
final class Reply implements AutoCloseable {

  static final int HEADER_BYTES = 16;
  static final int BODY_CAPACITY_BYTES = MountOptions.MAX_TRANSFER_BYTES;

  private static final int LENGTH_OFFSET = 0;
  private static final int ERROR_OFFSET = 4;
  private static final int UNIQUE_OFFSET = 8;

  private static final long MAPPED_BYTES = Memory.PAGE_BYTES + BODY_CAPACITY_BYTES;

  private final long mapping = Memory.allocate(MAPPED_BYTES);
  private final long body = mapping + Memory.PAGE_BYTES;
  private final long header = body - HEADER_BYTES;

  /** Where the reply starts. */
  long address() {
    return header;
  }

  /** Where the body starts, on a page boundary. */
  long body() {
    return body;
  }

  /** Finishes a reply that has this much body; returns its whole length. */
  int done(long unique, int bodyBytes) {
    return finish(unique, 0, bodyBytes);
  }

  /** Makes this an error reply; returns its whole length. */
  int failed(long unique, int errno) {
    return finish(unique, -errno, 0);
  }

  private int finish(long unique, int error, int bodyBytes) {
    Memory.putInt(header + LENGTH_OFFSET, HEADER_BYTES + bodyBytes);
    Memory.putInt(header + ERROR_OFFSET, error);
    Memory.putLong(header + UNIQUE_OFFSET, unique);
    return HEADER_BYTES + bodyBytes;
  }

  /** The error in a finished reply: 0 or a negative errno. */
  int error() {
    return Memory.getInt(header + ERROR_OFFSET);
  }

  void clear(int bodyOffset, int bytes) {
    Memory.fill(body + bodyOffset, bytes, (byte) 0);
  }

  void putShort(int bodyOffset, int value) {
    Memory.putShort(body + bodyOffset, (short) value);
  }

  void putInt(int bodyOffset, int value) {
    Memory.putInt(body + bodyOffset, value);
  }

  void putLong(int bodyOffset, long value) {
    Memory.putLong(body + bodyOffset, value);
  }

  void putBytes(int bodyOffset, ByteString bytes) {
    Memory.put(body + bodyOffset, bytes.toByteArray(), 0, bytes.size());
  }

  @Override
  public void close() {
    Memory.free(mapping, MAPPED_BYTES);
  }
}
