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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back what was known: loads the checkpoint, then replays the journal behind it. */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int BLOCK_BYTES = ChunkEngine.BLOCK_BYTES;

  private final String deviceName;
  private final boolean volatileCache;
  private final BlockingDevice blocking;
  private final Superblock superblock;
  private final DeviceLayout layout;
  private final ChunkStates states;
  private final Crc32c crc;
  private final Replay replay;
  private final Damages damages;
  private long position;
  private long sequence;

  Recovery(
      BlockDevice device, Superblock superblock, ChunkStates states, Crc32c crc, Damages damages) {
    deviceName = device.geometry().name();
    volatileCache = device.geometry().volatileCache();
    blocking = new BlockingDevice(device);
    this.superblock = superblock;
    layout = superblock.layout();
    this.states = states;
    this.crc = crc;
    replay = new Replay(states, deviceName);
    this.damages = damages;
    position = superblock.journalStart();
    sequence = superblock.journalSequence();
  }

  void run() {
    states.checksumCache.loadThrough(blocking);
    try (RecordReader records = new RecordReader(blocking, layout, superblock.owner(), crc)) {
      try (CheckpointLoader loader =
          new CheckpointLoader(blocking, superblock, states, crc, records, damages)) {
        loader.load(replay);
      }
      replay.trustAllSoFar();
      replayJournal(records);
      long memory = records.scratch();
      if (volatileCache) {
        dropUnwritten(memory);
      }
      checkNothingFollows(memory);
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

  private void replayJournal(RecordReader records) {
    while (records.read(
        layout.journalOffset() + position,
        layout.journalBytes() - position,
        MetadataHeader.JOURNAL_RECORD,
        superblock.epoch(),
        sequence)) {
      long record = records.address();
      replay.checkWellFormed(record);
      long next = layout.journalNext(position + MetadataHeader.lengthBytes(record));
      if (!replay.isDataIntact(record, crc)) {
        if (!startsHere(next, sequence + 1)) {
          // The crash came while it was written: nobody was told of what it holds.
          break;
        }
        damages.add(
            "data in journal record "
                + sequence
                + " is damaged: the blocks are unreadable until they are repaired from another"
                + " replica");
      }
      replay.apply(record, sequence);
      states.releaseExtents(Long.MAX_VALUE);
      position = next;
      sequence++;
    }
    if (!journalWasEmpty()) {
      LOG.info(
          "{}: replayed {} journal records", deviceName, sequence - superblock.journalSequence());
    }
  }

  /** Whether a record of this number begins at a place in the journal. */
  private boolean startsHere(long at, long number) {
    long memory = Memory.allocate(BLOCK_BYTES);
    try {
      blocking.read(layout.journalOffset() + at, memory, BLOCK_BYTES);
      return isJournalHeader(memory) && MetadataHeader.sequence(memory) == number;
    } finally {
      Memory.free(memory, BLOCK_BYTES);
    }
  }

  /**
   * The last record may have become durable before the data it speaks of, when its flush never
   * ended. Then nobody was told of these updates, and those without their data never were.
   */
  private void dropUnwritten(long memory) {
    Set<Integer> unwrittenBatches = new HashSet<>();
    List<PendingUpdate> unwritten = new ArrayList<>();
    for (PendingUpdate update : replay.preparedByLastRecord()) {
      if (!isWritten(memory, update.extent + update.directFirst, update.directCount)) {
        unwritten.add(update);
        if (update.batch != 0) {
          unwrittenBatches.add(update.batch);
        }
      }
    }
    for (PendingUpdate update : replay.preparedByLastRecord()) {
      // Of a batch all goes, when data of one update is missing.
      if (unwritten.contains(update) || unwrittenBatches.contains(update.batch)) {
        LOG.info(
            "{}: an unacknowledged update of target {} was cut off by the crash and is dropped",
            deviceName,
            states.targets.id(update.target));
        states.discard(states.index.find(update.target, update.chunkHi, update.chunkLo), 0);
      }
    }
  }

  private boolean isWritten(long memory, long firstPlace, int count) {
    for (long place = firstPlace; place < firstPlace + count; place++) {
      int expected = states.checksums.get(place);
      if (expected != BlockChecksums.HOLE) {
        blocking.read(layout.blockOffset(place), memory, BLOCK_BYTES);
        if (BlockChecksums.kept(crc.of(memory, BLOCK_BYTES)) != expected) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * A record is written only after the one before is durable. So an intact one behind the end means
   * that both copies of a record in between were damaged, and with them acknowledged updates:
   * better no disk than a disk that forgot.
   */
  private void checkNothingFollows(long memory) {
    checkNothingFollows(memory, 0, BLOCK_BYTES);
    checkNothingFollows(
        memory, position, Math.min(layout.recordBytes(), layout.journalBytes() - position));
  }

  private void checkNothingFollows(long memory, long at, long lengthBytes) {
    blocking.read(layout.journalOffset() + at, memory, (int) lengthBytes);
    for (int block = 0; block < lengthBytes; block += BLOCK_BYTES) {
      long header = memory + block;
      if (isJournalHeader(header)
          && MetadataHeader.sequence(header) > sequence
          && RecordHeader.BYTES + RecordHeader.entryBytes(header) <= lengthBytes - block
          && RecordHeader.isIntact(header, crc)) {
        throw new UnusableDeviceException(
            Reason.METADATA_DAMAGED,
            deviceName
                + ": both copies of journal record "
                + sequence
                + " at journal offset "
                + position
                + " are damaged, record "
                + MetadataHeader.sequence(header)
                + " follows; format the device and resynchronise its targets");
      }
    }
  }

  private boolean isJournalHeader(long header) {
    return RecordHeader.fits(
        header,
        MetadataHeader.JOURNAL_RECORD,
        superblock.owner(),
        superblock.epoch(),
        layout.recordBytes());
  }
}
