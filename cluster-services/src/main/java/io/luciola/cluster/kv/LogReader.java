package io.luciola.cluster.kv;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log back. The last record may be torn: it was never acknowledged, because each record is
 * durable before the next is begun. So a bad record with a good later one behind it is damage to
 * acknowledged data, and refused.
 */
final class LogReader implements AutoCloseable {

  /** Receives the bodies in order. */
  interface Consumer {
    void onRecord(long sequence, ByteBuffer body) throws IOException;
  }

  private final Path file;
  private final Arena arena;
  private final ByteBuffer log;
  private final long firstSequence;
  private final long salt;

  LogReader(Path file) throws IOException {
    this.file = file;
    this.arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      this.log =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
      checkHeader();
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
    this.firstSequence = log.getLong(16);
    this.salt = log.getLong(24);
  }

  private void checkHeader() throws IOException {
    if (log.limit() < LogFile.HEADER_BYTES || log.getLong(0) != LogFile.MAGIC) {
      throw new IOException(file + " is not a key-value log, or its first bytes are damaged");
    }
    CRC32C crc = new CRC32C();
    crc.update(log.slice(0, 32));
    if ((int) crc.getValue() != log.getInt(32)) {
      throw new IOException("the header of " + file + " is damaged (wrong checksum)");
    }
    if (log.getInt(8) != LogFile.FORMAT) {
      throw new IOException(
          file + " has log format " + log.getInt(8) + ", this release reads " + LogFile.FORMAT);
    }
  }

  long firstSequence() {
    return firstSequence;
  }

  /**
   * Hands out the records.
   *
   * @return the sequence behind the last good one
   * @throws IOException when a record in the middle is damaged
   */
  long read(Consumer consumer) throws IOException {
    int position = LogFile.HEADER_BYTES;
    long sequence = firstSequence;
    for (ByteBuffer body = bodyAt(position, sequence);
        body != null;
        body = bodyAt(position, sequence)) {
      int bodyBytes = body.remaining();
      try {
        consumer.onRecord(sequence, body);
      } catch (IOException e) {
        throw new IOException(
            file + ", record " + sequence + " at byte " + position + ": " + e.getMessage(), e);
      }
      position += (int) LogFile.aligned(LogFile.RECORD_HEADER_BYTES + (long) bodyBytes);
      sequence++;
    }
    refuseRecordsBehind(position, sequence);
    return sequence;
  }

  private @Nullable ByteBuffer bodyAt(int position, long sequence) {
    if (position > log.limit() - LogFile.RECORD_HEADER_BYTES
        || log.getLong(position + 8) != sequence) {
      return null;
    }
    int bodyBytes = log.getInt(position);
    int bodyPosition = position + LogFile.RECORD_HEADER_BYTES;
    if (bodyBytes <= 0 || bodyBytes > log.limit() - bodyPosition) {
      return null;
    }
    int checksum = LogFile.checksum(salt, sequence, log.slice(bodyPosition, bodyBytes));
    return checksum == log.getInt(position + 4) ? log.slice(bodyPosition, bodyBytes) : null;
  }

  private void refuseRecordsBehind(int badPosition, long expected) throws IOException {
    for (int at = badPosition; at <= log.limit() - LogFile.RECORD_HEADER_BYTES; at += 8) {
      long sequence = log.getLong(at + 8);
      if (sequence > expected && bodyAt(at, sequence) != null) {
        throw new IOException(
            file
                + " is damaged: record "
                + expected
                + " at byte "
                + badPosition
                + " is not readable, but record "
                + sequence
                + " behind it is. Acknowledged data is lost in between; restore a copy of this"
                + " directory");
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
