package io.luciola.blockstore.engine;

import io.luciola.blockstore.engine.UnusableDeviceException.Reason;
import io.luciola.blockstore.engine.format.Entry;
import io.luciola.blockstore.engine.format.RecordHeader;
import io.luciola.blockstore.engine.index.BlockChecksums;
import io.luciola.blockstore.linux.Crc32c;
import io.luciola.blockstore.linux.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies the entries of intact records to the engine's state, as they were applied when written.
 */
final class Replay {

  private final ChunkStates states;
  private final String deviceName;
  private final Entry entry = new Entry();
  private final List<PendingUpdate> preparedByLastRecord = new ArrayList<>();
  private long data;

  Replay(ChunkStates states, String deviceName) {
    this.states = states;
    this.deviceName = deviceName;
  }

  /** Updates that the last record made pending. */
  List<PendingUpdate> preparedByLastRecord() {
    return preparedByLastRecord;
  }

  /** What was applied up to now is known to be complete. */
  void trustAllSoFar() {
    preparedByLastRecord.clear();
  }

  /** Refuses a record whose checksum is right and whose entries are not what they should be. */
  void checkWellFormed(long record) {
    long at = record + RecordHeader.BYTES;
    int left = RecordHeader.entryBytes(record);
    int blocks = 0;
    for (int i = 0; i < RecordHeader.entryCount(record); i++) {
      check(entry.at(at).isWellFormed(left), "has lengths that contradict each other");
      blocks += entry.type() == Entry.PREPARED ? entry.journaledCount() : 0;
      left -= entry.lengthBytes();
      at += entry.lengthBytes();
    }
    check(blocks == RecordHeader.dataBlocks(record), "names more or less data than its record has");
  }

  /** Whether every data block in a well-formed record matches its entry. */
  boolean isDataIntact(long record, Crc32c crc) {
    long at = record + RecordHeader.BYTES;
    long block = record + RecordHeader.dataOffset(RecordHeader.entryBytes(record));
    for (int i = 0; i < RecordHeader.entryCount(record); i++) {
      entry.at(at);
      int journaled = entry.type() == Entry.PREPARED ? entry.journaledCount() : 0;
      for (int j = 0; j < journaled; j++) {
        if (BlockChecksums.kept(crc.of(block, ChunkEngine.BLOCK_BYTES))
            != entry.journaledChecksum(j)) {
          return false;
        }
        block += ChunkEngine.BLOCK_BYTES;
      }
      at += entry.lengthBytes();
    }
    return true;
  }

  void apply(long record, long sequence) {
    preparedByLastRecord.clear();
    long at = record + RecordHeader.BYTES;
    data = record + RecordHeader.dataOffset(RecordHeader.entryBytes(record));
    for (int i = 0; i < RecordHeader.entryCount(record); i++) {
      entry.at(at);
      switch (entry.type()) {
        case Entry.TARGET -> target();
        case Entry.REMOVING -> removing(sequence);
        case Entry.REMOVED -> removed();
        default -> {
          if (isOfRemoved()) {
            skip();
          } else {
            ofChunk(sequence);
          }
        }
      }
      at += entry.lengthBytes();
    }
  }

  private void ofChunk(long sequence) {
    switch (entry.type()) {
      case Entry.PREPARED -> prepared();
      case Entry.COMMITTED -> {
        int slot = pendingSlot();
        if (slot != ChunkStates.NONE) {
          states.commit(slot, entry.chainVersion(), sequence);
        }
      }
      case Entry.DISCARDED -> {
        int slot = pendingSlot();
        if (slot != ChunkStates.NONE) {
          states.discard(slot, sequence);
        }
      }
      default -> throw damaged("is of an unknown type");
    }
  }

  /** All chunks of the target go at once: records behind this one may give away their space. */
  private void removing(long sequence) {
    int target = states.targets.numberOf(entry.targetId());
    check(target != Targets.NONE, "removes a target that does not exist");
    for (int slot = 0; states.targets.usedBytes(target) > 0; slot++) {
      check(
          slot < states.index.highWater(), "removes a target whose space does not fit its chunks");
      if (states.index.isUsed(slot) && states.index.targetNumber(slot) == target) {
        states.drop(slot, sequence);
      }
    }
    preparedByLastRecord.removeIf(update -> update.target == target);
    states.targets.beginRemoval(target);
  }

  private void removed() {
    int target = states.targets.numberOfRemoved(entry.targetId());
    check(target != Targets.NONE, "ends a removal that did not begin");
    states.targets.endRemoval(target);
  }

  /** Whether the entry is of a chunk whose target is being removed, and so does not count. */
  private boolean isOfRemoved() {
    return states.targets.numberOf(entry.targetId()) == Targets.NONE
        && states.targets.numberOfRemoved(entry.targetId()) != Targets.NONE;
  }

  private void skip() {
    if (entry.type() == Entry.PREPARED) {
      data += (long) entry.journaledCount() * ChunkEngine.BLOCK_BYTES;
    }
  }

  private void target() {
    check(
        states.targets.numberOfRemoved(entry.targetId()) == Targets.NONE,
        "creates a target that is being removed");
    check(states.targets.hasRoomFor(entry.targetId()), "is one target too many");
    boolean lossy = (entry.flags() & Entry.LOSSY) != 0;
    states.targets.restore(entry.targetId(), entry.version(), lossy);
  }

  private void prepared() {
    int slot = find();
    boolean fresh = (entry.flags() & Entry.FRESH) != 0;
    if (slot == ChunkStates.NONE) {
      if (!fresh && isLossy()) {
        skip();
        return;
      }
      check(fresh, "changes a chunk that does not exist");
      slot = add();
    }
    check(states.index.pending(slot) == ChunkStates.NONE, "meets another pending update");
    PendingUpdate update = load();
    update.extent = fresh ? entry.extent() : states.index.extent(slot);
    if (fresh) {
      takeExtent();
    }
    states.pinChecksums(update, slot);
    boolean checksumsKnown = (entry.flags() & Entry.CHECKSUMS_IN_PAGES) != 0;
    if (!checksumsKnown) {
      loadChecksums(slot, update);
    }
    if (fresh) {
      states.targets.charge(update.target, ChunkStates.capacityBytes(update.order));
    }
    loadJournaled(update);
    states.attach(slot, update);
    preparedByLastRecord.add(update);
  }

  private PendingUpdate load() {
    PendingUpdate update = states.pendings.acquire();
    update.target = states.targets.numberOf(entry.targetId());
    update.targetId = entry.targetId();
    update.chunkHi = entry.chunkHi();
    update.chunkLo = entry.chunkLo();
    update.kind = entry.kind();
    update.version = entry.version();
    update.chainVersion = entry.chainVersion();
    update.clientId = entry.clientId();
    update.channel = entry.channel();
    update.clientSequence = entry.clientSequence();
    update.lengthBytes = entry.contentLengthBytes();
    update.digest = entry.digest();
    update.fresh = (entry.flags() & Entry.FRESH) != 0;
    update.order = entry.order();
    update.directFirst = entry.directFirst();
    update.directCount = entry.directCount();
    update.punchedFirst = entry.punchedFirst();
    update.punchedCount = entry.punchedCount();
    update.batch = entry.batch();
    return update;
  }

  private void loadChecksums(int slot, PendingUpdate update) {
    if (update.fresh) {
      states.clearChecksums(update);
    } else if (update.kind != ChunkUpdate.REMOVE) {
      states.onExtended(slot, update);
    }
    for (int i = 0; i < entry.directCount(); i++) {
      states.checksums.put(update.extent + entry.directFirst() + i, entry.checksum(i));
    }
  }

  private void loadJournaled(PendingUpdate update) {
    for (int i = 0; i < entry.journaledCount(); i++) {
      int block = states.journaled.acquire();
      Memory.copy(data, states.journaled.address(block), ChunkEngine.BLOCK_BYTES);
      data += ChunkEngine.BLOCK_BYTES;
      states.journaled.setChecksum(block, entry.journaledChecksum(i));
      update.journaledBlock[i] = entry.journaledBlock(i);
      update.journaledSlot[i] = block;
    }
    update.journaledCount = entry.journaledCount();
  }

  private int find() {
    check(
        states.targets.numberOf(entry.targetId()) != Targets.NONE,
        "names a target that does not exist");
    return states.find(entry.targetId(), entry.chunkHi(), entry.chunkLo());
  }

  private int add() {
    int target = states.targets.numberOf(entry.targetId());
    int slot = states.index.add(target, entry.chunkHi(), entry.chunkLo());
    check(slot != ChunkStates.NONE, "is one chunk too many");
    return slot;
  }

  /** The chunk whose pending update the entry ends; none when it was lost. */
  private int pendingSlot() {
    int slot = find();
    PendingUpdate pending = slot == ChunkStates.NONE ? null : states.pending(slot);
    if (pending == null && isLossy()) {
      return ChunkStates.NONE;
    }
    check(
        pending != null && pending.version == entry.version(), "ends an update that is not there");
    return slot;
  }

  private boolean isLossy() {
    return states.targets.isLossy(states.targets.numberOf(entry.targetId()));
  }

  private void takeExtent() {
    check(states.allocator.reserve(entry.extent(), entry.order()), "names space already in use");
    check(
        entry.directFirst() >= 0
            && entry.directFirst() + entry.directCount() <= 1 << entry.order()
            && ChunkStates.blocks(entry.contentLengthBytes()) <= 1 << entry.order(),
        "is larger than its extent");
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw damaged(otherwise);
    }
  }

  private UnusableDeviceException damaged(String what) {
    return new UnusableDeviceException(
        Reason.METADATA_DAMAGED,
        String.format(
            "%s: metadata contradicts itself: an entry of type %d for target %d chunk %016x%016x"
                + " %s; format the device and resynchronise its targets",
            deviceName, entry.type(), entry.targetId(), entry.chunkHi(), entry.chunkLo(), what));
  }
}
