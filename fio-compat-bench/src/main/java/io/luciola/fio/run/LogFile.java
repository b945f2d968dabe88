package io.luciola.fio.run;

import io.luciola.fio.engine.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A log in fio's format, a line per entry: milliseconds, value, direction, block size, offset.
 * Entries go to the file through a fixed buffer; adding one allocates nothing.
 */
final class LogFile implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_LINE_BYTES = 128;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] digits = new byte[20];
  private final long averageNs;
  private final double[] sums = new double[Direction.COUNT];
  private final long[] counts = new long[Direction.COUNT];
  private long beganNs;
  private long periodNs;

  /**
   * Creates or empties the file.
   *
   * @param averageNs time of which the values are averaged into one entry; 0: every value
   */
  LogFile(String path, long averageNs) throws IOException {
    this.averageNs = averageNs;
    this.file =
        FileChannel.open(
            Path.of(path),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  void begin(long nowNs) {
    beganNs = nowNs;
    periodNs = nowNs;
  }

  void add(long nowNs, long value, Direction direction, int lengthBytes, long offsetBytes) {
    if (averageNs == 0) {
      line(nowNs, value, direction, lengthBytes, offsetBytes);
      return;
    }
    sums[direction.index()] += value;
    counts[direction.index()]++;
    if (nowNs - periodNs >= averageNs) {
      for (Direction each : Direction.ALL) {
        int index = each.index();
        if (counts[index] > 0) {
          // fio writes 0 where one block size and offset cannot stand for all.
          line(nowNs, Math.round(sums[index] / counts[index]), each, 0, 0);
          sums[index] = 0;
          counts[index] = 0;
        }
      }
      periodNs = nowNs;
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      drain();
    }
  }

  private void line(
      long nowNs, long value, Direction direction, int lengthBytes, long offsetBytes) {
    if (buffer.remaining() < LONGEST_LINE_BYTES) {
      try {
        drain();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    number((nowNs - beganNs) / 1_000_000);
    separator();
    number(value);
    separator();
    number(direction.index());
    separator();
    number(lengthBytes);
    separator();
    number(offsetBytes);
    buffer.put((byte) '\n');
  }

  private void separator() {
    buffer.put((byte) ',').put((byte) ' ');
  }

  private void number(long value) {
    int at = digits.length;
    long rest = Math.max(0, value);
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    buffer.put(digits, at, digits.length - at);
  }

  private void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }
}
