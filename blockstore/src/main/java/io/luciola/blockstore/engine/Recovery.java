package io.luciola.blockstore.engine;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.DeviceLayout;
import io.luciola.blockstore.engine.format.MetadataHeader;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.format.Superblock;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back what was known: reads the checkpoint, then replays the journal behind it. */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final String deviceName;
  private final boolean volatileCache;
  private final BlockingDevice blocking;
  private final Superblock superblock;
  private final DeviceLayout layout;
  private final ChunkStates states;
  private final Crc32c crc;
  private final Replay replay;
  private long position;
  private long sequence;

  Recovery(BlockDevice device, Superblock superblock, ChunkStates states, Crc32c crc) {
    deviceName = device.geometry().name();
    volatileCache = device.geometry().volatileCache();
    blocking = new BlockingDevice(device);
    this.superblock = superblock;
    layout = superblock.layout();
    this.states = states;
    this.crc = crc;
    replay = new Replay(states, crc, deviceName);
    position = superblock.journalStart();
    sequence = superblock.journalSequence();
  }

  void run() {
    long memory = Memory.allocate(layout.recordBytes());
    try {
      loadCheckpoint(memory);
      replayJournal(memory);
      if (volatileCache) {
        dropUnwritten(memory);
      }
      checkNothingFollows(memory);
    } finally {
      Memory.free(memory, layout.recordBytes());
    }
    states.releaseExtents(Long.MAX_VALUE);
  }

  /** Where the next journal record goes. */
  long position() {
    return position;
  }

  /** The next journal record's sequence number. */
  long sequence() {
    return sequence;
  }

  /** Whether nothing happened since the checkpoint. */
  boolean journalWasEmpty() {
    return sequence == superblock.journalSequence();
  }

  private void loadCheckpoint(long memory) {
    long offset = layout.checkpointOffset(superblock.checkpointRegion());
    long end = offset + layout.checkpointBytes();
    for (long number = 0; number < superblock.checkpointRecords(); number++) {
      int most = (int) Math.min(layout.recordBytes(), end - offset);
      if (most < ChunkEngine.BLOCK_BYTES
          || !readRecord(
              memory,
              offset,
              most,
              MetadataHeader.CHECKPOINT_RECORD,
              superblock.checkpointGeneration(),
              number)) {
        throw new UnusableDeviceException(
            Reason.METADATA_DAMAGED,
            deviceName
                + ": checkpoint record "
                + number
                + " at device offset "
                + offset
                + " is damaged; format the device and resynchronise its targets");
      }
      replay.apply(memory, 0);
      offset += MetadataHeader.lengthBytes(memory);
    }
  }

  private void replayJournal(long memory) {
    while (readRecord(
        memory,
        layout.journalOffset() + position,
        layout.recordBytes(),
        MetadataHeader.JOURNAL_RECORD,
        superblock.epoch(),
        sequence)) {
      replay.apply(memory, sequence);
      states.releaseExtents(Long.MAX_VALUE);
      position = layout.journalNext(position + MetadataHeader.lengthBytes(memory));
      sequence++;
    }
    if (!journalWasEmpty()) {
      LOG.info(
          "{}: replayed {} journal records", deviceName, sequence - superblock.journalSequence());
    }
  }

  /** Reads a record; false when it is not the wanted one or not wholly there. */
  private boolean readRecord(
      long memory, long offset, int most, int type, long epoch, long number) {
    blocking.read(offset, memory, ChunkEngine.BLOCK_BYTES);
    if (!RecordHeader.fits(memory, type, superblock.owner(), epoch, most)
        || MetadataHeader.sequence(memory) != number) {
      return false;
    }
    int rest = MetadataHeader.lengthBytes(memory) - ChunkEngine.BLOCK_BYTES;
    if (rest > 0) {
      blocking.read(offset + ChunkEngine.BLOCK_BYTES, memory + ChunkEngine.BLOCK_BYTES, rest);
    }
    return RecordHeader.isIntact(memory, crc) && replay.isDataIntact(memory);
  }

  /**
   * The last record may have become durable before the data it speaks of, when its flush never
   * ended. Then nobody was told of these updates, and those without their data never were.
   */
  private void dropUnwritten(long memory) {
    for (PendingUpdate update : replay.preparedByLastRecord()) {
      int slot = states.index.find(update.targetId, update.chunkHi, update.chunkLo);
      long extent = update.fresh ? update.extent : states.index.extent(slot);
      if (!isWritten(memory, extent + update.directFirst, update.directCount)) {
        LOG.info(
            "{}: an unacknowledged update of target {} was cut off by the crash and is dropped",
            deviceName,
            update.targetId);
        states.discard(slot, 0);
      }
    }
  }

  private boolean isWritten(long memory, long firstPlace, int count) {
    for (long place = firstPlace; place < firstPlace + count; place++) {
      int expected = states.checksums.get(place);
      if (expected != BlockChecksums.HOLE) {
        blocking.read(layout.blockOffset(place), memory, ChunkEngine.BLOCK_BYTES);
        if (BlockChecksums.kept(crc.of(memory, ChunkEngine.BLOCK_BYTES)) != expected) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * A record is written only after the one before is durable. So an intact one behind the end means
   * that a record in between was damaged, and with it acknowledged updates: better no disk than a
   * disk that forgot.
   */
  private void checkNothingFollows(long memory) {
    int step = layout.recordBytes();
    for (long at = 0; at < layout.journalBytes(); at += step) {
      int length = (int) Math.min(step, layout.journalBytes() - at);
      blocking.read(layout.journalOffset() + at, memory, length);
      for (int block = 0; block < length; block += ChunkEngine.BLOCK_BYTES) {
        long header = memory + block;
        if (RecordHeader.fits(
                header,
                MetadataHeader.JOURNAL_RECORD,
                superblock.owner(),
                superblock.epoch(),
                layout.recordBytes())
            && MetadataHeader.sequence(header) > sequence
            && RecordHeader.BYTES + RecordHeader.entryBytes(header) <= length - block
            && RecordHeader.isIntact(header, crc)) {
          throw new UnusableDeviceException(
              Reason.METADATA_DAMAGED,
              deviceName
                  + ": journal record "
                  + sequence
                  + " at journal offset "
                  + position
                  + " is damaged, record "
                  + MetadataHeader.sequence(header)
                  + " follows; format the device and resynchronise its targets");
        }
      }
    }
  }
}
