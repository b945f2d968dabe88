package io.luciola.fio.engine.chunkfile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.EngineException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkStoreRecoveryTest {

  @TempDir Path directory;

  private StoreFixture open() throws EngineException {
    return new StoreFixture(directory, 2, false);
  }

  private Path log() {
    return ChunkStore.directoryIn(directory, StoreFixture.CHUNK_BYTES).resolve("metadata.log");
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private void cutLog(int bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "rw")) {
      file.setLength(file.length() - bytes);
    }
  }

  @Test
  void aTornCommitRecordLeavesTheOldContent() throws Exception {
    byte[] old = filled(StoreFixture.CHUNK_BYTES, 1);
    try (StoreFixture store = open()) {
      assertEquals(old.length, store.write(0, old));
      assertEquals(4096, store.write(8192, filled(4096, 2)));
    }
    cutLog(1);
    try (StoreFixture store = open()) {
      assertArrayEquals(old, store.read(0, StoreFixture.CHUNK_BYTES));
      // What was cut off counts for nothing: the next write follows the old content.
      assertEquals(4096, store.write(0, filled(4096, 3)));
    }
    try (StoreFixture store = open()) {
      Arrays.fill(old, 0, 4096, (byte) 3);
      assertArrayEquals(old, store.read(0, StoreFixture.CHUNK_BYTES));
    }
  }

  @Test
  void anAppendWhoseCommitIsLostLeavesTheChunkAsItWas() throws Exception {
    try (StoreFixture store = open()) {
      store.write(0, filled(5000, 1));
      store.write(5000, filled(5000, 2));
    }
    cutLog(LogRecord.BYTES);
    try (StoreFixture store = open()) {
      assertArrayEquals(filled(5000, 1), store.read(0, StoreFixture.CHUNK_BYTES));
    }
  }

  @Test
  void everythingBehindADamagedRecordIsForgotten() throws Exception {
    try (StoreFixture store = open()) {
      store.write(0, filled(4096, 1));
      store.write(StoreFixture.CHUNK_BYTES, filled(4096, 2));
    }
    try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "rw")) {
      file.seek(2 * LogRecord.BYTES + 20);
      file.write(0x55);
    }
    try (StoreFixture store = open()) {
      assertArrayEquals(filled(4096, 1), store.read(0, 4096));
      assertEquals(-Errno.ENOENT, store.readResult(StoreFixture.CHUNK_BYTES, 4096));
    }
  }

  @Test
  void openingLeavesOneRecordPerChunk() throws Exception {
    try (StoreFixture store = open()) {
      for (int i = 0; i < 10; i++) {
        store.write(0, filled(StoreFixture.CHUNK_BYTES, i));
      }
      assertEquals(0, store.sync());
    }
    assertEquals(20 * LogRecord.BYTES, Files.size(log()));
    open().close();
    assertEquals(LogRecord.BYTES, Files.size(log()));
  }

  @Test
  void damageIsFoundByReadsOfWholeChunksAndByOverwrites() throws Exception {
    try (StoreFixture store = open()) {
      store.write(0, filled(StoreFixture.CHUNK_BYTES, 1));
    }
    Path slots = ChunkStore.directoryIn(directory, StoreFixture.CHUNK_BYTES).resolve("00");
    try (RandomAccessFile file = new RandomAccessFile(slots.toFile(), "rw")) {
      file.seek(30_000);
      file.write(0);
    }
    try (StoreFixture store = open()) {
      assertEquals(-Errno.EILSEQ, store.readResult(0, StoreFixture.CHUNK_BYTES));
      assertEquals(-Errno.EILSEQ, store.write(4096, filled(4096, 2)));
      // As in 3FS, nothing is known of a part.
      assertEquals(4096, store.readResult(28_672, 4096));
      // A write of the whole chunk needs nothing of the old one.
      byte[] fresh = filled(StoreFixture.CHUNK_BYTES, 3);
      assertEquals(fresh.length, store.write(0, fresh));
      assertArrayEquals(fresh, store.read(0, fresh.length));
    }
  }

  @Test
  void aSecondOpeningIsRefused() throws Exception {
    try (StoreFixture store = open()) {
      store.write(0, filled(4096, 1));
      EngineException refused = assertThrows(EngineException.class, this::open);
      assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
    }
  }

  @Test
  void aLogThatIsSomethingElseIsNotTouched() throws Exception {
    Files.createDirectories(log().getParent());
    Files.writeString(log(), "somebody's notes");
    EngineException refused = assertThrows(EngineException.class, this::open);
    assertTrue(refused.getMessage().contains("is no log"), refused.getMessage());
    assertEquals("somebody's notes", Files.readString(log()));
  }

  @Test
  void slotsAreUsedAgain() throws Exception {
    try (StoreFixture store = open()) {
      store.write(0, filled(StoreFixture.CHUNK_BYTES, 1));
      for (int i = 0; i < 3 * SlotAllocator.SLOTS_PER_GROUP; i++) {
        assertEquals(4096, store.write(4096, filled(4096, i)));
      }
    }
    Path store = ChunkStore.directoryIn(directory, StoreFixture.CHUNK_BYTES);
    long group = (long) SlotAllocator.SLOTS_PER_GROUP * StoreFixture.CHUNK_BYTES;
    assertEquals(group, Files.size(store.resolve("00")));
    assertTrue(Files.notExists(store.resolve("01")));
  }
}
