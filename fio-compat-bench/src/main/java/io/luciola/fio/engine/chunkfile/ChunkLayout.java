package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import java.util.List;
import java.util.SplittableRandom;

/** Writes the chunks that a job will want to find, with random content. */
final class ChunkLayout {

  private final ChunkfileChannel channel;
  private final int chunkBytes;
  private final SplittableRandom random;
  private int outcome;

  ChunkLayout(ChunkfileChannel channel, int chunkBytes, long seed) {
    this.channel = channel;
    this.chunkBytes = chunkBytes;
    this.random = new SplittableRandom(seed);
  }

  /** Writes what is missing of the files, durable when this returns. */
  void layOut(List<FileRegion> files) throws EngineException {
    long buffer = Memory.allocate(chunkBytes);
    channel.beginUnsynced();
    try {
      for (int file = 0; file < files.size(); file++) {
        long end = files.get(file).endBytes();
        for (long offset = 0; offset < end; offset += chunkBytes) {
          int length = (int) Math.min(chunkBytes, end - offset);
          if (channel.lengthOf(file, offset) < length) {
            fill(buffer);
            write(files.get(file), file, offset, length, buffer);
          }
        }
      }
      channel.endUnsynced();
    } finally {
      Memory.free(buffer, chunkBytes);
    }
  }

  private void fill(long buffer) {
    for (int at = 0; at < chunkBytes; at += Long.BYTES) {
      Memory.putLong(buffer + at, random.nextLong());
    }
  }

  private void write(FileRegion region, int file, long offset, int length, long buffer)
      throws EngineException {
    if (channel.submit(Direction.WRITE, file, offset, length, buffer, 0) == IoChannel.FULL) {
      throw new AssertionError("full with nothing in flight");
    }
    while (channel.await((tag, result) -> outcome = result, 1, 1, Long.MAX_VALUE) == 0) {
      Thread.onSpinWait();
    }
    if (outcome < 0) {
      throw new EngineException(
          -outcome,
          "laying out "
              + region.name()
              + " at offset "
              + offset
              + " failed: "
              + Errno.describe(-outcome));
    }
  }
}
