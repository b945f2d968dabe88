package io.luciola.fio.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * Makes files with every block written: preallocated ones cost the file system more on first use.
 */
final class WrittenFile {

  private static final int BUFFER_BYTES = 1 << 20;

  private WrittenFile() {}

  /**
   * Makes a file, durable when this returns.
   *
   * @param sizeBytes its length
   * @param randomBytes how much of it, from the beginning, has random content; the rest is zeros
   */
  static void create(Path file, long sizeBytes, long randomBytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    SplittableRandom random = new SplittableRandom(sizeBytes);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < sizeBytes; at += buffer.limit()) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, sizeBytes - at));
        boolean content = at < randomBytes;
        for (int i = 0; i + Long.BYTES <= buffer.limit(); i += Long.BYTES) {
          buffer.putLong(i, content ? random.nextLong() : 0);
        }
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
  }
}
