package io.luciola.fio.run;

import io.luciola.fio.engine.FileRegion;
import java.util.List;

/** Which blocks of its files a job has written, one bit each, for reading them back. */
final class WrittenBlocks {

  private final List<FileRegion> files;
  private final int blockBytes;
  private final long[][] bits;
  private int file;
  private long block = -1;

  WrittenBlocks(List<FileRegion> files, int blockBytes) {
    this.files = files;
    this.blockBytes = blockBytes;
    bits = new long[files.size()][];
    for (int i = 0; i < bits.length; i++) {
      long blocks = files.get(i).lengthBytes() / blockBytes;
      bits[i] = new long[Math.toIntExact((blocks + 63) / 64)];
    }
  }

  void add(int fileIndex, long offsetBytes) {
    long index = (offsetBytes - files.get(fileIndex).offsetBytes()) / blockBytes;
    bits[fileIndex][(int) (index >>> 6)] |= 1L << index;
  }

  /** Moves on to the next block written, in the order of the files; false after the last. */
  boolean next() {
    while (file < bits.length) {
      block++;
      int word = (int) (block >>> 6);
      if (word >= bits[file].length) {
        file++;
        block = -1;
        continue;
      }
      long rest = bits[file][word] >>> block;
      if (rest == 0) {
        block |= 63;
      } else {
        block += Long.numberOfTrailingZeros(rest);
        return true;
      }
    }
    return false;
  }

  /** File of the current block. */
  int file() {
    return file;
  }

  /** Offset of the current block in its file. */
  long offsetBytes() {
    return files.get(file).offsetBytes() + block * blockBytes;
  }

  /** Length of every block. */
  int lengthBytes() {
    return blockBytes;
  }
}
