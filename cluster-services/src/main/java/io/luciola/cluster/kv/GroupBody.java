package io.luciola.cluster.kv;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a log record: the transactions of one group with everything resolved. Per
 * transaction: version (8), number of changes (4); per change: kind (1), length of key (4), length
 * of value or range end (4), then the bytes of both. Numbers are big-endian.
 */
final class GroupBody {

  static final int TRANSACTION_HEADER_BYTES = 12;
  static final int CHANGE_HEADER_BYTES = 9;

  private static final byte SET = 1;
  private static final byte CLEAR = 2;
  private static final byte CLEAR_RANGE = 3;
  private static final byte[] EMPTY = {};

  private ByteBuffer buffer;
  private final int headRoomBytes;
  private int countPosition;

  /**
   * An empty body.
   *
   * @param headRoomBytes left free in front for the record's header
   */
  GroupBody(int headRoomBytes) {
    this.headRoomBytes = headRoomBytes;
    this.buffer = ByteBuffer.allocateDirect(64 << 10);
    buffer.position(headRoomBytes);
  }

  void reset() {
    buffer.clear().position(headRoomBytes);
  }

  boolean isEmpty() {
    return buffer.position() == headRoomBytes;
  }

  /** Head room and body, from 0 to the position. */
  ByteBuffer buffer() {
    return buffer;
  }

  void beginTransaction(long version) {
    room(TRANSACTION_HEADER_BYTES);
    buffer.putLong(version);
    countPosition = buffer.position();
    buffer.putInt(0);
  }

  void set(byte[] key, byte @Nullable [] value) {
    change(value == null ? CLEAR : SET, key, value == null ? EMPTY : value);
  }

  void clearRange(byte[] begin, byte[] end) {
    change(CLEAR_RANGE, begin, end);
  }

  private void change(byte kind, byte[] key, byte[] second) {
    room(CHANGE_HEADER_BYTES + key.length + second.length);
    buffer.put(kind).putInt(key.length).putInt(second.length).put(key).put(second);
    buffer.putInt(countPosition, buffer.getInt(countPosition) + 1);
  }

  private void room(int bytes) {
    if (buffer.remaining() < bytes) {
      int needed = buffer.position() + bytes;
      ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(needed, 2 * buffer.capacity()));
      larger.put(buffer.flip());
      buffer = larger;
    }
  }

  /**
   * Puts the changes of a body into a map, of transactions above {@code appliedVersion} only.
   *
   * @return the version of the last transaction
   * @throws IOException when the bytes make no sense although their checksum was right
   */
  static long apply(ByteBuffer body, VersionedMap map, long appliedVersion) throws IOException {
    long version = appliedVersion;
    try {
      while (body.hasRemaining()) {
        long next = body.getLong();
        if (next <= version) {
          throw new IOException("version " + next + " follows version " + version);
        }
        version = next;
        for (int left = body.getInt(); left > 0; left--) {
          byte kind = body.get();
          byte[] key = new byte[body.getInt()];
          byte[] second = new byte[body.getInt()];
          body.get(key).get(second);
          switch (kind) {
            case SET -> map.set(key, second, version);
            case CLEAR -> map.set(key, null, version);
            case CLEAR_RANGE -> map.clearRange(key, second, version);
            default -> throw new IOException("unknown kind of change " + kind);
          }
        }
      }
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new IOException("a change reaches beyond its record", e);
    }
    return version;
  }
}
