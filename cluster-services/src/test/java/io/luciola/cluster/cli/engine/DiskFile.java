package io.luciola.cluster.cli.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.blockstore.engine.BlockEngine;
import io.luciola.blockstore.engine.ChunkEngine;
import io.luciola.blockstore.engine.ChunkUpdate;
import io.luciola.blockstore.engine.EngineOptions;
import io.luciola.blockstore.engine.EngineStatus;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A disk file, filled through an engine and damaged behind its back. */
final class DiskFile implements ChunkEngine.Listener {

  static final long TARGET = 5;

  private static final int BUFFER_BYTES = 1 << 20;

  final Path path;
  private int prepared;

  DiskFile(Path path) {
    this.path = path;
    UringDevice.create(path, 48 << 20);
  }

  /** Writes whole chunks, numbered from 1, and leaves the last one's second version pending. */
  void fill(byte[]... contents) {
    try (BlockEngine engine = BlockEngine.open(device(), EngineOptions.defaults("test"), this)) {
      assertEquals(EngineStatus.OK, engine.createTarget(TARGET, 1 << 30));
      for (int chunk = 1; chunk <= contents.length; chunk++) {
        prepare(engine, chunk, 1, contents[chunk - 1]);
        assertEquals(EngineStatus.OK, engine.commit(TARGET, 0, chunk, 1, 1));
      }
      prepare(engine, contents.length, 2, new byte[] {'n', 'e', 'w'});
    }
  }

  private void prepare(BlockEngine engine, long chunk, long version, byte[] content) {
    long buffer = Memory.allocate(BUFFER_BYTES);
    try {
      Memory.put(buffer, content, 0, content.length);
      ChunkUpdate update = new ChunkUpdate();
      update.targetId = TARGET;
      update.chunkLo = chunk;
      update.kind = ChunkUpdate.WRITE;
      update.version = version;
      update.capacityBytes = BUFFER_BYTES;
      update.lengthBytes = content.length;
      update.dataAddress = buffer;
      update.dataCrc32c = new Crc32c().of(buffer, content.length);
      prepared = Integer.MIN_VALUE;
      assertEquals(EngineStatus.OK, engine.prepare(update, 1));
      for (int i = 0; prepared == Integer.MIN_VALUE; i++) {
        assertTrue(i < 100_000_000, "a prepare hangs");
        engine.doWork();
      }
      assertEquals(EngineStatus.OK, prepared);
    } finally {
      Memory.free(buffer, BUFFER_BYTES);
    }
  }

  private BlockDevice device() {
    try {
      return UringDevice.open(path);
    } catch (DeviceException e) {
      Assumptions.abort("io_uring is not to be had here: " + e.getMessage());
      throw e;
    }
  }

  /** Turns over bits of a byte. */
  void damage(long offset) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(offset);
      int value = file.read();
      file.seek(offset);
      file.write(value ^ 0x55);
    }
  }

  @Override
  public void onPrepared(long tag, int status, long digest, int lengthBytes) {
    prepared = status;
  }

  @Override
  public void onRead(long tag, int status, long version) {
    throw new AssertionError("nobody read anything");
  }

  @Override
  public void onSynced(long tag, int status) {
    throw new AssertionError("nobody asked for a sync");
  }
}
