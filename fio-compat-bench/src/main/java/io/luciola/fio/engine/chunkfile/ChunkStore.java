package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Errno;
import io.luciola.fio.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Chunks of one size in files of a directory, with their metadata in memory and in a log. Opening
 * reads the log and writes it anew, so that it holds one record per chunk.
 */
final class ChunkStore implements AutoCloseable {

  /** Smallest slots, as in 3FS. */
  static final int LEAST_SLOT_BYTES = 64 << 10;

  /** A log is written anew when it is this long and four times what it must be. */
  private static final long LEAST_REWRITTEN_BYTES = 64L << 20;

  private static final int MOST_GARBAGE = 4;

  private final SlotAllocator allocator = new SlotAllocator();
  private final MetadataLog log;

  /** The slots' files. */
  final SlotFiles files;

  /** Who reads which slot. */
  final SlotUse use = new SlotUse(allocator);

  /** What is known of the chunks. */
  final ChunkCatalog catalog = new ChunkCatalog();

  private ChunkStore(Path directory, int slotBytes, MetadataLog log) {
    this.files = new SlotFiles(directory, slotBytes);
    this.log = log;
  }

  /** Where a store lies: a directory of its own, named by the size of its slots. */
  static Path directoryIn(Path parent, int slotBytes) {
    return parent.resolve(String.format(Locale.ROOT, "chunkfile-%dk", slotBytes >> 10));
  }

  /**
   * Opens the store in {@link #directoryIn} a directory, or makes an empty one.
   *
   * @throws EngineException when it is in use, not a store, or damaged; the message names the file
   */
  static ChunkStore open(Path parent, int slotBytes) throws EngineException {
    Path directory = directoryIn(parent, slotBytes);
    try {
      Files.createDirectories(directory);
    } catch (IOException failed) {
      throw new EngineException(Errno.EIO, "creating " + directory + ": " + failed, failed);
    }
    ChunkStore store = new ChunkStore(directory, slotBytes, MetadataLog.open(directory));
    try {
      store.recover(directory);
      return store;
    } catch (EngineException | RuntimeException failed) {
      store.close();
      throw failed;
    }
  }

  private void recover(Path directory) throws EngineException {
    log.replay(catalog);
    for (int chunk = 0; chunk < catalog.count(); chunk++) {
      int slot = catalog.slots[chunk];
      while (slot / SlotAllocator.SLOTS_PER_GROUP >= allocator.groups()) {
        addGroup();
      }
      if (allocator.isTaken(slot)) {
        throw new EngineException(
            Errno.EIO, directory + ": two chunks claim slot " + slot + "; remove the directory");
      }
      allocator.occupy(slot);
    }
    log.rewrite(catalog);
  }

  private void addGroup() throws EngineException {
    files.provide(allocator.groups());
    allocator.addGroup();
    use.grow();
  }

  /**
   * Takes a free slot; adds a group when there is none.
   *
   * @throws EngineException when the file system has no room for one
   */
  int allocate() throws EngineException {
    int slot = allocator.allocate();
    if (slot < 0) {
      addGroup();
      slot = allocator.allocate();
    }
    return slot;
  }

  /** Gives back a slot that {@link #allocate} gave and no chunk has got. */
  void cancel(int slot) {
    allocator.release(slot);
  }

  /** The content is in the slot; gathered for {@link #writeLog}. */
  int logWritten(int chunk, int slot, int length, int checksum) {
    long version = catalog.versions[chunk] + 1;
    return log.append(LogRecord.WRITTEN, catalog, chunk, version, slot, length, checksum);
  }

  /** The content is the chunk's; gathered for {@link #writeLog}. */
  int logCommitted(int chunk, int slot, int length, int checksum) {
    long version = catalog.versions[chunk] + 1;
    return log.append(LogRecord.COMMITTED, catalog, chunk, version, slot, length, checksum);
  }

  /** Writes what was gathered to the log's file: 0, or a negative errno. */
  int writeLog() {
    return log.write();
  }

  /** Makes the next version known; the slot that held the previous one stays taken. */
  void commit(int chunk, int slot, int length, int checksum) {
    catalog.versions[chunk]++;
    catalog.slots[chunk] = slot;
    catalog.lengths[chunk] = length;
    catalog.checksums[chunk] = checksum;
  }

  /** Writes the log anew when most of it is of no more use; everything gathered must be written. */
  void trimLog() throws EngineException {
    long needed = (long) catalog.count() * LogRecord.BYTES;
    if (log.sizeBytes() >= Math.max(LEAST_REWRITTEN_BYTES, MOST_GARBAGE * needed)) {
      log.rewrite(catalog);
    }
  }

  /** Descriptor of the log, for syncing it; ask each time. */
  int logFd() {
    return log.fd();
  }

  @Override
  public void close() {
    log.close();
    files.close();
  }
}
