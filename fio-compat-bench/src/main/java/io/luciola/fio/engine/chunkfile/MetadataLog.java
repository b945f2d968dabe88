package io.luciola.fio.engine.chunkfile;

import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.FileStatus;
import io.luciola.blockstore.linux.Linux;
import io.luciola.blockstore.linux.Memory;
import io.luciola.fio.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The write-ahead log of chunk metadata. Records gather in memory until {@link #write} appends them
 * to the file, which makes them safe from a crash of the process; only {@link #fd()} synced makes
 * them safe from a crash of the machine. The file is locked while it is open.
 */
final class MetadataLog implements AutoCloseable {

  private static final String NAME = "metadata.log";

  /** Room for the records of a hundred thousand writes; pages come into being when touched. */
  private static final int BUFFER_BYTES = 8 << 20;

  private final Path file;
  private final Crc32c crc = new Crc32c();
  private final long buffer = Memory.allocate(BUFFER_BYTES);
  private int gathered;
  private int fd;
  private long sizeBytes;

  private MetadataLog(Path file, int fd) {
    this.file = file;
    this.fd = fd;
  }

  /**
   * Opens the log of a store, or makes an empty one.
   *
   * @throws EngineException when another has it open, or the file is no such log
   */
  static MetadataLog open(Path directory) throws EngineException {
    return openFile(directory.resolve(NAME));
  }

  private static MetadataLog openFile(Path file) throws EngineException {
    int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_CLOEXEC;
    int fd = (int) check("open", file, Linux.open(file.toString(), flags, 0644));
    MetadataLog log = new MetadataLog(file, fd);
    try {
      check("lock", file, Linux.flock(fd, Linux.LOCK_EX | Linux.LOCK_NB));
      log.sizeBytes = FileStatus.of(fd).sizeBytes();
      log.refuseForeign();
      return log;
    } catch (EngineException | RuntimeException failed) {
      log.close();
      throw failed;
    }
  }

  private void refuseForeign() throws EngineException {
    if (sizeBytes == 0) {
      return;
    }
    long read = check("read", file, Linux.pread(fd, buffer, Integer.BYTES, 0));
    if (read < Integer.BYTES || Memory.getInt(buffer) != LogRecord.MAGIC) {
      throw new EngineException(Errno.EBUSY, file + " is no log of ioengine=chunkfile");
    }
  }

  /** Bytes in the file. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** The file's descriptor, for syncing; another one after {@link #rewrite}. */
  int fd() {
    return fd;
  }

  /** Reads the log into a catalog, as far as it is intact: what stands behind is a torn write. */
  void replay(ChunkCatalog catalog) throws EngineException {
    long at = 0;
    while (at + LogRecord.BYTES <= sizeBytes) {
      int length = (int) check("read", file, Linux.pread(fd, buffer, BUFFER_BYTES, at));
      int record = 0;
      for (; record + LogRecord.BYTES <= length; record += LogRecord.BYTES) {
        if (!LogRecord.isIntact(buffer + record, crc)) {
          return;
        }
        replay(buffer + record, catalog);
      }
      if (record == 0) {
        return;
      }
      at += record;
    }
  }

  private static void replay(long record, ChunkCatalog catalog) {
    if (LogRecord.kind(record) != LogRecord.COMMITTED) {
      // Written but not committed: the old content stays the chunk's.
      return;
    }
    int chunk = catalog.number(LogRecord.hi(record), LogRecord.lo(record));
    catalog.versions[chunk] = LogRecord.version(record);
    catalog.slots[chunk] = LogRecord.slot(record);
    catalog.lengths[chunk] = LogRecord.length(record);
    catalog.checksums[chunk] = LogRecord.chunkChecksum(record);
  }

  /** Gathers a record; writes the gathered ones when there is no room for it. */
  int append(
      int kind, ChunkCatalog catalog, int chunk, long version, int slot, int length, int checksum) {
    int result = gathered == BUFFER_BYTES ? write() : 0;
    if (result < 0) {
      return result;
    }
    LogRecord.put(
        buffer + gathered,
        kind,
        catalog.hi(chunk),
        catalog.lo(chunk),
        version,
        slot,
        length,
        checksum,
        System.currentTimeMillis(),
        crc);
    gathered += LogRecord.BYTES;
    return 0;
  }

  /**
   * Writes the gathered records with one system call.
   *
   * @return 0, or a negative errno; then they are forgotten
   */
  int write() {
    int done = 0;
    while (done < gathered) {
      long result = Linux.pwrite(fd, buffer + done, gathered - done, sizeBytes + done);
      if (result < 0) {
        gathered = 0;
        Linux.ftruncate(fd, sizeBytes);
        return (int) result;
      }
      done += (int) result;
    }
    sizeBytes += gathered;
    gathered = 0;
    return 0;
  }

  /**
   * Replaces the log by one with a record per chunk, at once and durably.
   *
   * @throws EngineException when that fails; then the old one is still there
   */
  void rewrite(ChunkCatalog catalog) throws EngineException {
    Path fresh = file.resolveSibling(NAME + ".new");
    try {
      Files.deleteIfExists(fresh);
      MetadataLog log = openFile(fresh);
      try {
        for (int chunk = 0; chunk < catalog.count(); chunk++) {
          if (catalog.slots[chunk] != ChunkCatalog.NONE) {
            int result =
                log.append(
                    LogRecord.COMMITTED,
                    catalog,
                    chunk,
                    catalog.versions[chunk],
                    catalog.slots[chunk],
                    catalog.lengths[chunk],
                    catalog.checksums[chunk]);
            check("write", fresh, result);
          }
        }
        check("write", fresh, log.write());
        check("fdatasync", fresh, Linux.fdatasync(log.fd));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
        Linux.close(fd);
        fd = log.fd;
        sizeBytes = log.sizeBytes;
        log.fd = -1;
      } finally {
        log.close();
      }
    } catch (IOException failed) {
      throw new EngineException(Errno.EIO, "rewriting " + file + ": " + failed, failed);
    }
  }

  private void syncDirectory() throws EngineException {
    Path directory = file.getParent();
    int flags = Linux.O_RDONLY | Linux.O_DIRECTORY | Linux.O_CLOEXEC;
    int opened = (int) check("open", directory, Linux.open(directory.toString(), flags, 0));
    try {
      check("fsync", directory, Linux.fsync(opened));
    } finally {
      Linux.close(opened);
    }
  }

  /** Lets go of the file; gathered records are lost. */
  @Override
  public void close() {
    if (fd >= 0) {
      Linux.close(fd);
    }
    Memory.free(buffer, BUFFER_BYTES);
  }

  private static long check(String call, Path file, long result) throws EngineException {
    if (result == -Errno.EAGAIN) {
      throw new EngineException(
          Errno.EBUSY, file.getParent() + " is in use by another job or process");
    }
    if (result < 0) {
      throw new EngineException(
          (int) -result, call + " of " + file + " failed: " + Errno.describe((int) -result));
    }
    return result;
  }
}
