package io.luciola.cluster.kv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A log file being written. It begins with a header: magic (8), format (4), zero (4), first
 * sequence (8), salt (8), CRC32C of these 32 bytes (4), zero (4). Records follow, each at a
 * multiple of 8: length of the body (4), CRC32C of salt, sequence and body (4), sequence (8), body,
 * zeros up to the next multiple of 8. Behind the last record there are zeros. Numbers are
 * big-endian.
 *
 * <p>The salt is random, so that no value which a client stores can pass for a record.
 */
final class LogFile implements AutoCloseable {

  static final long MAGIC = 0x4c55_4349_4b56_4c47L; // "LUCIKVLG"
  static final int FORMAT = 1;
  static final int HEADER_BYTES = 40;
  static final int RECORD_HEADER_BYTES = 16;

  /** The file grows by zeros in steps of this, so that a group seldom changes its size. */
  private static final int GROWTH_BYTES = 1 << 20;

  private final FileChannel channel;
  private final long salt;
  private long position = HEADER_BYTES;
  private long allocatedBytes = HEADER_BYTES;

  private LogFile(FileChannel channel, long salt) {
    this.channel = channel;
    this.salt = salt;
  }

  /** Makes an empty log; it has its name only when its header is durable. */
  static LogFile create(StoreDirectory directory, long firstSequence, long salt)
      throws IOException {
    Path file = directory.logFile(firstSequence);
    FileChannel channel =
        FileChannel.open(
            StoreDirectory.unfinished(file),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      header.putLong(MAGIC).putInt(FORMAT).putInt(0).putLong(firstSequence).putLong(salt);
      CRC32C crc = new CRC32C();
      crc.update(header.duplicate().flip());
      header.putInt((int) crc.getValue()).putInt(0).flip();
      writeFully(channel, header, 0);
      channel.force(true);
      directory.finish(file);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new LogFile(channel, salt);
  }

  /** Bytes up to the end of the last record. */
  long lengthBytes() {
    return position;
  }

  void reserve(int bodyBytes) throws IOException {
    long end = position + aligned(RECORD_HEADER_BYTES + (long) bodyBytes);
    if (end <= allocatedBytes) {
      return;
    }
    long newSize = (end + GROWTH_BYTES - 1) / GROWTH_BYTES * GROWTH_BYTES;
    ByteBuffer zeros = ByteBuffer.allocateDirect(256 << 10);
    while (allocatedBytes < newSize) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), newSize - allocatedBytes));
      int written = zeros.remaining();
      writeFully(channel, zeros, allocatedBytes);
      allocatedBytes += written;
    }
  }

  void append(GroupBody body, long sequence) throws IOException {
    ByteBuffer record = body.buffer();
    int end = record.position();
    int bodyBytes = end - RECORD_HEADER_BYTES;
    ByteBuffer bodyBytesView = record.duplicate().flip().position(RECORD_HEADER_BYTES);
    record.putInt(0, bodyBytes);
    record.putInt(4, checksum(salt, sequence, bodyBytesView));
    record.putLong(8, sequence);
    writeFully(channel, record.duplicate().flip(), position);
    channel.force(false);
    position += aligned(end);
  }

  static int checksum(long salt, long sequence, ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(16).putLong(salt).putLong(sequence).flip());
    crc.update(body);
    return (int) crc.getValue();
  }

  static long aligned(long bytes) {
    return (bytes + 7) & -8L;
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
