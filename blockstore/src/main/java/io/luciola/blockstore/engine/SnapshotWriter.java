package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.format.DirectoryPage;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.PageFormat;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a snapshot to the device while updates go on: the changed pages into the page areas; the
 * root and the pending updates into the checkpoint region that is not in use.
 */
final class SnapshotWriter implements AutoCloseable {

  private static final int RUN_PAGES = 64;
  private static final int RUNS = 16;
  private static final long RUN_BYTES = (long) RUN_PAGES * PageFormat.BYTES;

  private final ChunkStates states;
  private final IoQueue ioQueue;
  private final EngineHealth health;
  private final Crc32c crc;
  private final long owner;
  private final RecordBuilder record;
  private final List<PendingUpdate> inRecord = new ArrayList<>();
  private final RecordWrite recordWrite;
  private final long runMemory = Memory.allocate(RUNS * RUN_BYTES);
  private final PageRun[] runs = new PageRun[RUNS];
  private int generation;
  private long regionUsedBytes;
  private long records;
  private boolean recordsWritten = true;
  private boolean pagesTaken = true;

  SnapshotWriter(ChunkStates states, IoQueue ioQueue, EngineHealth health, Crc32c crc, long owner) {
    this.states = states;
    this.ioQueue = ioQueue;
    this.health = health;
    this.crc = crc;
    this.owner = owner;
    record = new RecordBuilder(states, crc);
    recordWrite = new RecordWrite();
    for (int i = 0; i < RUNS; i++) {
      runs[i] = new PageRun(runMemory + i * RUN_BYTES);
    }
  }

  /** Takes the snapshot, to be written as that checkpoint generation. */
  void begin(int checkpointGeneration) {
    generation = checkpointGeneration;
    states.pages.beginSnapshot(generation);
    states.pendings.beginSnapshot(states.journaled);
    regionUsedBytes = 0;
    records = 0;
    recordsWritten = false;
    pagesTaken = false;
  }

  /** Records of pending updates that were written behind the root. */
  long records() {
    return records;
  }

  boolean isDone() {
    if (!recordsWritten || recordWrite.inFlight || !pagesTaken) {
      return false;
    }
    for (PageRun run : runs) {
      if (run.inFlight) {
        return false;
      }
    }
    return true;
  }

  int doWork() {
    int work = 0;
    if (!recordsWritten && !recordWrite.inFlight) {
      writeRecord();
      work++;
    }
    for (int i = 0; i < RUNS && !pagesTaken; i++) {
      if (!runs[i].inFlight) {
        pagesTaken = !runs[i].write();
        work++;
      }
    }
    return work;
  }

  @Override
  public void close() {
    record.close();
    Memory.free(runMemory, RUNS * RUN_BYTES);
  }

  private void writeRecord() {
    if (regionUsedBytes == 0) {
      write(putRoot());
      return;
    }
    fillRecord();
    if (record.isEmpty()) {
      recordsWritten = true;
      return;
    }
    int length = record.seal(MetadataHeader.CHECKPOINT_RECORD, owner, generation, records);
    for (PendingUpdate update : inRecord) {
      states.pendings.unhold(update, states.journaled);
    }
    records++;
    write(length);
  }

  private void fillRecord() {
    record.clear();
    inRecord.clear();
    PendingUpdate update = states.pendings.nextHeld();
    while (update != null
        && record.fits(RecordBuilder.pendingBytes(update), update.journaledCount, 0)) {
      record.addPending(update);
      inRecord.add(update);
      states.pendings.advanceHeld();
      update = states.pendings.nextHeld();
    }
  }

  private int putRoot() {
    int pages = states.layout.directoryPages();
    int first = states.layout.firstDirectoryPage();
    long content = record.address() + RecordHeader.BYTES;
    for (int i = 0; i < pages; i++) {
      Memory.putInt(content + (long) i * Integer.BYTES, states.pages.copy(first + i));
    }
    int bytes = DirectoryPage.rootBytes(pages);
    RecordHeader.seal(
        record.address(), MetadataHeader.ROOT_RECORD, owner, generation, 0, bytes, 0, 0, crc);
    return RecordHeader.recordBytes(bytes, 0);
  }

  private void write(int length) {
    if (regionUsedBytes + length > states.layout.checkpointBytes()) {
      health.fail("a checkpoint larger than its region", -Errno.ENOSPC);
      return;
    }
    long offset = states.layout.checkpointOffset(generation & 1) + regionUsedBytes;
    regionUsedBytes += length;
    recordWrite.inFlight = true;
    ioQueue.write(recordWrite.io, offset, record.address(), length);
  }

  private final class RecordWrite implements IoOwner {
    private final Io io = ioQueue.register(this);
    private boolean inFlight;

    @Override
    public void onIo(Io request, int error) {
      inFlight = false;
      if (error != 0) {
        health.fail("writing a checkpoint", error);
      }
    }
  }

  private final class PageRun implements IoOwner {
    private final Io io = ioQueue.register(this);
    private final long buffer;
    private boolean inFlight;

    PageRun(long buffer) {
      this.buffer = buffer;
    }

    /** Writes the next pages of the snapshot; false when there are none. */
    boolean write() {
      int count = states.pages.take(buffer, RUN_PAGES, owner, crc);
      if (count == 0) {
        return false;
      }
      inFlight = true;
      long offset = states.pages.deviceOffset(states.pages.takenPage());
      ioQueue.write(io, offset, buffer, count * PageFormat.BYTES);
      return true;
    }

    @Override
    public void onIo(Io request, int error) {
      inFlight = false;
      if (error != 0) {
        health.fail("writing a checkpoint", error);
      }
    }
  }
}
