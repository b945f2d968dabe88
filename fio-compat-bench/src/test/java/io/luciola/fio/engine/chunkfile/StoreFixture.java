package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.Direction;
import io.luciola.fio.engine.EngineException;
import io.luciola.fio.engine.FileRegion;
import io.luciola.fio.engine.IoChannel;
import java.nio.file.Path;
import java.util.List;

/** A channel on one file of 64 KiB chunks, with a buffer per request. */
final class StoreFixture implements AutoCloseable {

  static final int CHUNK_BYTES = 64 << 10;
  static final int DEPTH = 8;

  private static final int BUFFER_BYTES = CHUNK_BYTES + 8192;

  private final ChunkfileChannel channel;
  private final long buffers;

  StoreFixture(Path directory, int chunks, boolean syncMetadata) throws EngineException {
    FileRegion file =
        new FileRegion(directory.resolve("pages").toString(), 0, (long) chunks * CHUNK_BYTES);
    ChunkStore store = ChunkStore.open(directory, CHUNK_BYTES);
    channel = ChunkfileChannel.open(store, List.of(file), CHUNK_BYTES, DEPTH, syncMetadata);
    buffers = channel.allocate((long) BUFFER_BYTES * DEPTH);
  }

  /** Queues a write from the request's buffer; at an odd address when asked. */
  void submitWrite(int request, long offset, byte[] data, boolean odd) {
    long address = buffers + (long) request * BUFFER_BYTES + (odd ? 13 : 0);
    Memory.put(address, data, 0, data.length);
    int result = channel.submit(Direction.WRITE, 0, offset, data.length, address, request);
    if (result != IoChannel.ACCEPTED) {
      throw new AssertionError("refused with room: " + result);
    }
  }

  /** Waits for so many requests; their results by request. */
  int[] await(int requests) {
    int[] results = new int[DEPTH];
    int ended = 0;
    while (ended < requests) {
      ended += channel.await((tag, result) -> results[(int) tag] = result, 1, DEPTH, 1_000_000_000);
    }
    return results;
  }

  int write(long offset, byte[] data) {
    submitWrite(0, offset, data, false);
    return await(1)[0];
  }

  /** The bytes that could be read. */
  byte[] read(long offset, int length) {
    int result = readResult(offset, length);
    if (result < 0) {
      throw new AssertionError("read at " + offset + " failed: " + result);
    }
    byte[] data = new byte[result];
    Memory.get(buffers, data, 0, result);
    return data;
  }

  int readResult(long offset, int length) {
    if (channel.submit(Direction.READ, 0, offset, length, buffers, 0) != IoChannel.ACCEPTED) {
      throw new AssertionError("refused with room");
    }
    return await(1)[0];
  }

  int sync() {
    if (channel.sync(0, true, 0) != IoChannel.ACCEPTED) {
      throw new AssertionError("refused with room");
    }
    return await(1)[0];
  }

  @Override
  public void close() {
    channel.close();
  }
}
